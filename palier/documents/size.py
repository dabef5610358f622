"""Which paper a provider prints on: that of its country, or else of the country of its time zone."""

from functools import lru_cache
from typing import Literal

from babel.core import get_global

from palier.people.models import Provider

#: Where paper is cut in inches (CLDR, `paperSize`); everywhere else it is A4.
LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])


def paper_size(host: Provider) -> Literal["us-letter", "a4"]:
    country = host.country[:2] or _country(host.time_zone)
    return "us-letter" if country in LETTER else "a4"


@lru_cache(maxsize=16)
def _country(time_zone: str) -> str:
    """`CA` for America/Toronto, and for its other names; `ZZ` where a zone is no country's."""
    name = get_global("zone_aliases").get(time_zone, time_zone)
    return str(get_global("zone_territories").get(name, "ZZ"))
