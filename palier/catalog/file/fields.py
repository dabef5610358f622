"""What the fields of a catalogue file are made of. Each takes the text as written and gives its value, or says in
a sentence what would be right (`ValueError`)."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import BeforeValidator, StringConstraints, ValidationInfo

from palier.catalog.file.known import UNTAXED, known_to, one_of, said
from palier.catalog.file.shipped import places_to_register
from palier.drivers.registry import panel_drivers
from palier.people.kinds import CUSTOMER_KINDS

MOST = 10**9
MB_OF = {"MB": 1, "MO": 1, "GB": 1024, "GO": 1024, "TB": 1024**2, "TO": 1024**2}
UNITS = ("storage", "count")
GIVEN_FOR = ("any", "new", "change")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _code(written: Any) -> str:
    if isinstance(written, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", written):
        return written
    raise ValueError(f"{said(written)} is not a code: write small letters, digits and hyphens, such as web-a")


def _tax_name(written: Any) -> str:
    if isinstance(written, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}", written):
        return written
    raise ValueError(
        f"{said(written)} is not a code: write letters, digits and hyphens, such as GST, at most 20"
    )


def _whole(written: Any) -> int:
    if isinstance(written, str) and re.fullmatch(r"[0-9]+", written) and int(written) < MOST:
        return int(written)
    raise ValueError(f"{said(written)} is not a whole number: write digits only, such as 12")


def _whole_or_never(written: Any) -> int | None:
    if written == "never":
        return None
    try:
        return _whole(written)
    except ValueError as error:
        raise ValueError(f"{error}, or never") from None


def _count(written: Any) -> int:
    number = _whole(written)
    if number == 0:
        raise ValueError("0 is none at all: write 1 or more, or leave the key out")
    return number


def _discount_code(written: Any) -> str:
    """In capitals: clients may type it as they like."""
    if isinstance(written, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{2,29}", written):
        return written.upper()
    raise ValueError(
        f"{said(written)} is not a code to type: write 3 to 30 letters, digits and hyphens, such as WELCOME"
    )


def _day(written: Any) -> date:
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        raise ValueError(f"{said(written)} is not a date: write year-month-day, such as 2026-12-25") from None


def _time(written: Any) -> str:
    try:
        return f"{time.fromisoformat(written):%H:%M}"
    except (TypeError, ValueError):
        raise ValueError(
            f"{said(written)} is not a time of day: write hours and minutes, such as 09:00"
        ) from None


def _language(written: Any) -> str:
    if isinstance(written, str) and re.fullmatch(r"[a-z]{2}", written):
        return written
    raise ValueError(f"{said(written)} is not a language: write two small letters, such as fr")


def _jurisdiction(written: Any) -> str:
    if isinstance(written, str) and re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", written):
        return written
    raise ValueError(f"{said(written)} is not a place: write a country or a part of one, such as CA or CA-QC")


def _email(written: Any) -> str:
    try:
        validate_email(written)
    except ValidationError:
        raise ValueError(
            f"{said(written)} is not an e-mail address: write it like billing@example.com"
        ) from None
    return str(written)


def _website(written: Any) -> str:
    parts = urlsplit(written) if isinstance(written, str) else None
    if parts and parts.scheme in ("http", "https") and parts.hostname:
        return str(written)
    raise ValueError(f"{said(written)} is not an address: write it like https://example.com")


def exact_percent(written: Any) -> str:
    """The rate as an exact decimal: `9.975` (percent) is "0.09975"."""
    if isinstance(written, str) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", written):
        return format((Decimal(written) / 100).normalize(), "f")
    raise ValueError(f"{said(written)} is not a rate in percent: write digits and one point, such as 9.975")


def _limit(pair: tuple[Any, str | None]) -> int | None:
    """MB of storage, or a count; None is unlimited."""
    written, unit = pair
    if written == "unlimited" or unit not in UNITS:
        return None
    if unit == "count":
        try:
            return _whole(written)
        except ValueError as error:
            raise ValueError(f"{error}, or unlimited") from None
    size = (
        re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([A-Za-z]{2})", written)
        if isinstance(written, str)
        else None
    )
    if size is None or size[2].upper() not in MB_OF:
        raise ValueError(f"{said(written)} is not a size: write 500 MB, 10 GB or 1 TB, or unlimited")
    megabytes = Decimal(size[1]) * MB_OF[size[2].upper()]
    if megabytes != int(megabytes):
        raise ValueError(f"{said(written)} is not a whole number of MB")
    return int(megabytes)


def _grant(pair: tuple[Any, str | None]) -> int:
    granted = _limit(pair)
    if granted is None and pair[1] in UNITS:
        raise ValueError("an option adds an amount: unlimited cannot be added")
    return granted or 0


def _margin(pair: tuple[Any, str | None]) -> int | str:
    """An amount in the resource's unit, or a share of what is used, exactly: `5 %` is "0.05"."""
    written, unit = pair
    if isinstance(written, str) and written.endswith("%"):
        return exact_percent(written[:-1].rstrip())
    return _grant((written, unit))


def _each_with_its_unit(written: Any, info: ValidationInfo) -> Any:
    units = known_to(info).units
    if not isinstance(written, dict):
        return written
    return {code: (text, units.get(code)) for code, text in written.items()}


def _resource(written: Any, info: ValidationInfo) -> str:
    return one_of(written, known_to(info).units, "a resource")


def _tax(written: Any, info: ValidationInfo) -> str:
    return one_of(written, known_to(info).taxes, "a tax")


def _tax_class(written: Any, info: ValidationInfo) -> str:
    classes = known_to(info).tax_classes
    return one_of(written, (*classes, UNTAXED), "a tax class") if classes else _code(written)


def _registration(written: Any) -> str:
    return one_of(written, places_to_register(), "a place whose taxes come with Palier")


def _server(written: Any, info: ValidationInfo) -> str:
    return one_of(written, known_to(info).servers, "a server")


def _product(written: Any, info: ValidationInfo) -> str:
    return one_of(written, known_to(info).products, "a product")


def _product_or_plan(written: Any, info: ValidationInfo) -> str:
    names = known_to(info)
    return one_of(written, (*names.products, *names.plans), "a product or a plan")


Code = Annotated[str, BeforeValidator(_code)]
NewTaxCode = Annotated[str, BeforeValidator(_tax_name)]
Whole = Annotated[int, BeforeValidator(_whole)]
WholeOrNever = Annotated[int | None, BeforeValidator(_whole_or_never)]
Count = Annotated[int, BeforeValidator(_count)]
DiscountCode = Annotated[str, BeforeValidator(_discount_code)]
GivenFor = Annotated[str, BeforeValidator(lambda text: one_of(text, GIVEN_FOR, "what a discount is for"))]
Day = Annotated[date, BeforeValidator(_day)]
TimeOfDay = Annotated[str, BeforeValidator(_time)]
Percent = Annotated[str, BeforeValidator(exact_percent)]
Language = Annotated[str, BeforeValidator(_language)]
Email = Annotated[str, BeforeValidator(_email)]
Website = Annotated[str, BeforeValidator(_website)]
Jurisdiction = Annotated[str, BeforeValidator(_jurisdiction)]
Weekday = Annotated[str, BeforeValidator(lambda text: one_of(text, WEEKDAYS, "a day of the week"))]
TimeZone = Annotated[
    str, BeforeValidator(lambda text: one_of(text, sorted(available_timezones()), "a time zone"))
]
ResourceCode = Annotated[str, BeforeValidator(_resource)]
Limit = Annotated[int | None, BeforeValidator(_limit)]
Limits = Annotated[dict[ResourceCode, Limit], BeforeValidator(_each_with_its_unit)]
Grants = Annotated[
    dict[ResourceCode, Annotated[int, BeforeValidator(_grant)]], BeforeValidator(_each_with_its_unit)
]
Margins = Annotated[
    dict[ResourceCode, Annotated[int | str, BeforeValidator(_margin)]], BeforeValidator(_each_with_its_unit)
]
Unit = Annotated[str, BeforeValidator(lambda text: one_of(text, UNITS, "a unit"))]
TaxCode = Annotated[str, BeforeValidator(_tax)]
Registration = Annotated[str, BeforeValidator(_registration)]
TaxClass = Annotated[str, BeforeValidator(_tax_class)]
ServerCode = Annotated[str, BeforeValidator(_server)]
Driver = Annotated[str, BeforeValidator(lambda text: one_of(text, panel_drivers(), "a panel driver"))]
CustomerKind = Annotated[
    str, BeforeValidator(lambda text: one_of(text, CUSTOMER_KINDS, "a kind of customer"))
]
ProductCode = Annotated[str, BeforeValidator(_product)]
ProductOrPlan = Annotated[str, BeforeValidator(_product_or_plan)]


def short(most: int) -> Any:
    """A text of at most so many characters."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)
