"""Postal addresses, as far as money follows them: the provinces of Canada, and how codes are written."""

import re

#: ISO 3166-2, without its `CA-`.
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")

_CANADIAN = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)")
_AMERICAN = re.compile(r"(\d{5})(?:-?(\d{4}))?")


class InvalidPostalCode(ValueError):
    """Not as that country writes them; `looks_like` shows one."""

    def __init__(self, written: str, looks_like: str) -> None:
        super().__init__(f"{written!r} is not a postal code such as {looks_like}")
        self.looks_like = looks_like


def postal_code(written: str, country: str) -> str:
    """The code as its country writes it. Only those of Canada and the United States are held to a form.

    Raises `InvalidPostalCode`.
    """
    tidy = " ".join(written.upper().split())
    if country == "CA":
        return _formed(_CANADIAN, tidy, "{} {}", "G1R 4P5")
    if country == "US":
        return _formed(_AMERICAN, tidy, "{}-{}", "04101")
    return tidy


def _formed(form: re.Pattern[str], written: str, joined: str, looks_like: str) -> str:
    found = form.fullmatch(written)
    if found is None:
        raise InvalidPostalCode(written, looks_like)
    return joined.format(*found.groups()) if found[2] else found[1]
