"""Numbers of the value added tax of the European Union, by form and check digits. Nobody is asked: whether a number is
still in use, only the Commission's service (VIES) knows."""

from collections.abc import Mapping

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

#: What one looks like in each member state, to be shown to whoever wrote another.
LOOKS_LIKE: Mapping[str, str] = {
    "AT": "ATU12345678",
    "BE": "BE0123456789",
    "BG": "BG123456789",
    "CY": "CY12345678X",
    "CZ": "CZ12345678",
    "DE": "DE123456789",
    "DK": "DK12345678",
    "EE": "EE123456789",
    "ES": "ESX12345678",
    "FI": "FI12345678",
    "FR": "FR12345678901",
    "GR": "EL123456789",
    "HR": "HR12345678901",
    "HU": "HU12345678",
    "IE": "IE1234567AB",
    "IT": "IT12345678901",
    "LT": "LT123456789",
    "LU": "LU12345678",
    "LV": "LV12345678901",
    "MT": "MT12345678",
    "NL": "NL123456789B01",
    "PL": "PL1234567890",
    "PT": "PT123456789",
    "RO": "RO1234567890",
    "SE": "SE123456789001",
    "SI": "SI12345678",
    "SK": "SK1234567890",
}


class InvalidVatNumber(ValueError):
    """Not a number of that member state; `looks_like` shows one, and is empty where no state of the Union is meant."""

    def __init__(self, written: str, country: str) -> None:
        super().__init__(f"{written!r} is not a VAT number of {country}")
        self.looks_like = LOOKS_LIKE.get(country, "")


def vat_number(written: str, country: str) -> str:
    """The number as the state writes it, with its prefix: `DE136695976`. Empty stays empty.

    Spaces, dots and a missing prefix are forgiven. Raises `InvalidVatNumber`, also for another state's number.
    """
    bare = "".join(character for character in written.upper() if character.isalnum())
    if not bare:
        return ""
    if country not in LOOKS_LIKE:
        raise InvalidVatNumber(written, country)
    prefix = LOOKS_LIKE[country][:2]
    # Once: what follows may begin with the same letters (FRFR...).
    rest = bare.removeprefix(prefix if bare.startswith(prefix) else country)
    try:
        return str(vat.validate(prefix + rest))
    except ValidationError:
        raise InvalidVatNumber(written, country) from None
