"""Drawing the parts: icons, stairs, gauges, the picture of a period. Geometry goes in attributes, never in a style."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from palier.entrypoints.design.parts import Gauge
from palier.entrypoints.design.period_picture import PeriodPicture, drawing
from palier.words import quantities, servers, statuses

register = template.Library()

STAIR_WIDTH, STAIR_HEIGHT = 56, 44


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """A drawing from icons.svg; it says nothing to a screen reader, so words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {classes}" if classes else "",
        static("palier/icons.svg"),
        name,
    )


@register.simple_tag
def brand_mark() -> SafeString:
    return SafeString(
        '<svg viewBox="0 0 26 26" fill="none" aria-hidden="true">'
        '<path d="M2 23h22V4h-6v6h-6v6H6v7" fill="currentColor" opacity=".16"/>'
        '<path d="M2 23h4v-7h6v-6h6V4h6" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"'
        ' stroke-linejoin="round"/></svg>'
    )


@register.simple_tag
def stair(position: int, total: int) -> SafeString:
    """A stair of `total` steps on which one stands at `position`, counted from 1."""
    treads = [_tread(step, total) for step in range(1, total + 1)]
    left, right, top = treads[position - 1]
    edge = "".join(f"V{_short(y)}H{_short(x)}" for _, x, y in treads[:position])
    rest = "".join(f"V{_short(y)}H{_short(x)}" for _, x, y in treads[position:])
    ground = f"V{STAIR_HEIGHT}"
    return format_html(
        '<svg class="stair" viewBox="0 0 {} {}" aria-hidden="true">'
        '<path class="above" d="M{} {}{}{}Z"/><path class="on" d="M0 {}{}{}Z"/>'
        '<path class="rest" d="M{} {}{}"/><path class="edge" d="M0 {}{}"/><circle cx="{}" cy="{}" r="3.5"/></svg>',
        *(STAIR_WIDTH, STAIR_HEIGHT),
        *(_short(right), STAIR_HEIGHT, rest, ground),
        *(STAIR_HEIGHT, edge, ground),
        *(_short(right), _short(top), rest),
        *(STAIR_HEIGHT, edge),
        *(_short((left + right) / 2), _short(top)),
    )


def _tread(step: int, total: int) -> tuple[float, float, float]:
    """Left, right and top of a step."""
    width, rise = STAIR_WIDTH / total, (STAIR_HEIGHT - 5) / total
    return (step - 1) * width, step * width, STAIR_HEIGHT - step * rise


@register.simple_tag
def flight(climbed: int, total: int, state: str = "") -> SafeString:
    """A flight of `total` landings across the page, `climbed` of them reached; `state` is ended or stopped."""
    landings = format_html_join(
        "", "{}", ((_landing(number, climbed, total),) for number in range(1, total + 1))
    )
    return format_html('<svg class="flight {}" height="88" aria-hidden="true">{}</svg>', state, landings)


def _landing(number: int, climbed: int, total: int) -> SafeString:
    width, rise = 100 / total, 84 / total
    left, right, top = (number - 1) * width, number * width, 86 - number * rise
    reached = number <= climbed
    edge = "climbed-edge" if reached else ""
    riser = (
        format_html(
            '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>',
            edge,
            *map(_short, (left, left, top + rise, top)),
        )
        if number > 1
        else ""
    )
    here = (
        format_html('<circle cx="{}%" cy="{}" r="5"/>', _short(left + width / 2), _short(top))
        if number == climbed
        else ""
    )
    return format_html(
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>'
        '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>{}{}',
        "climbed" if reached else "ground",
        *map(_short, (left, top, width, 88 - top)),
        edge,
        *map(_short, (left, right, top, top)),
        riser,
        here,
    )


@register.inclusion_tag("palier/parts/gauge.html")
def gauge(shown: Gauge) -> dict[str, object]:
    language = get_language() or "en"
    used, limit = _in_words(shown, language)
    return {"gauge": shown, "used": used, "limit": limit}


def _in_words(shown: Gauge, language: str) -> tuple[str, str]:
    """What is used and its limit; the unit is said once when it is the same."""
    if shown.unit == "storage":
        limit = "" if shown.limit is None else quantities.storage(shown.limit, language)
        if shown.used is None:
            return "", limit
        if shown.limit is None:
            return quantities.storage(shown.used, language), ""
        return quantities.storage_used(shown.used, shown.limit, language), limit
    return (
        "" if shown.used is None else quantities.number(shown.used, language),
        "" if shown.limit is None else quantities.number(shown.limit, language),
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("palier/parts/period.html")
def period_picture(picture: PeriodPicture) -> dict[str, object]:
    return {"picture": picture, "drawing": drawing(picture)}


@register.filter
def short(value: float) -> str:
    """A coordinate, with two decimals at most and never a comma."""
    return _short(value)


@register.filter
def breakable(address: str) -> SafeString:
    """An address of mail that may go on after its @ or a point, and not in the middle of a word."""
    return SafeString(str(escape(address)).replace("@", "@<wbr>").replace(".", "<wbr>."))


@register.filter
def in_pairs(fingerprint: str) -> SafeString:
    """A fingerprint that may go on in another line after a colon, and not in the middle of a pair."""
    return SafeString(str(escape(fingerprint)).replace(":", ":<wbr>"))


TONES = {
    "service": {
        "active": "good",
        "opening": "info",
        "changing": "info",
        "overdue": "bad",
        "suspended": "bad",
        "ending": "warn",
    },
    "change": {
        "done": "good",
        "applying": "info",
        "scheduled": "info",
        "needs_person": "warn",
        "needs_approval": "warn",
        "awaiting_payment": "warn",
    },
    "invoice": {"due": "warn", "overdue": "bad", "in_flight": "info", "paid": "good", "credit_note": "info"},
    "refund": {"started": "info", "succeeded": "good", "failed": "bad"},
    "server": {
        "good": "good",
        "busy": "warn",
        **dict.fromkeys(("plans", "silent", "untrusted", "refused", "strange", "not_configured"), "bad"),
    },
}
WORDS = {
    "service": statuses.SERVICE,
    "change": statuses.CHANGE,
    "invoice": statuses.INVOICE,
    "refund": statuses.REFUND,
    "server": servers.HEALTH,
}


@register.simple_tag
def status_bar(kind: str, code: str, note: str = "") -> SafeString:
    """The bar across a panel that says in a word, and only then in a colour, where a thing stands."""
    tail = format_html("<span>{}</span>", note) if note else ""
    return format_html('<div class="status {}"><b>{}</b>{}</div>', _tone(kind, code), WORDS[kind][code], tail)


@register.simple_tag
def status_tag(kind: str, code: str) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', _tone(kind, code), WORDS[kind][code])


def _tone(kind: str, code: str) -> str:
    return TONES[kind].get(code, "mute")
