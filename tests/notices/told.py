"""What a test asks of the notices that were written."""

from palier.notices.models import Notice
from palier.people.models import User


def told(kind: str, user: User | None = None) -> list[Notice]:
    """The notices of a kind of event, in the order of writing."""
    notices = Notice.objects.filter(kind=kind).order_by("written_at", "id")
    return list(notices.filter(user=user) if user else notices)


def only(kind: str, user: User | None = None) -> Notice:
    """The one there is."""
    (notice,) = told(kind, user)
    return notice


def plain(text: str) -> str:
    """With spaces that a test can type."""
    return text.replace("\u00a0", " ")


def body(notice: Notice) -> list[str]:
    """What stands between greeting and signature, paragraph by paragraph, without the button."""
    paragraphs = plain(notice.text).split("\n\n")
    return paragraphs[1:-2]


def speak(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])
