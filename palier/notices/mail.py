"""A notice as a mail."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from palier.notices.files import files_of
from palier.notices.models import Notice
from palier.people.models import Provider
from palier.words.languages import locale_of


def mail_of(notice: Notice, host: Provider) -> EmailMultiAlternatives:
    """The mail, under the message id it was written with. It comes from the host's name; answers go to people.

    `Auto-Submitted` (RFC 3834) keeps holiday notices from answering it. It is no mailing list, so it has no `List-Id`.
    """
    headers = {
        "Message-ID": notice.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": str(locale_of(notice.language)).replace("_", "-"),
    }
    mail = EmailMultiAlternatives(
        subject=notice.title,
        body=notice.text,
        from_email=formataddr((host.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[notice.to_address],
        reply_to=[formataddr((host.name, host.email))] if host.email else None,
        headers=headers,
    )
    mail.attach_alternative(notice.html, "text/html")
    for name, made in files_of(notice, host):
        mail.attach(name, made, "application/pdf")
    return mail
