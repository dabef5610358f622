"""What WHM says, in our words (cpanel.py asks).

Sites are the account's own domain and its addon domains, hence the "one more" below. Of a reseller, disk and bandwidth
are what it and all its accounts may use and do use together; the accounts are those it owns beside its own.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from typing import Any, Literal

from palier.core.fit import Measure

MEGABYTE = 1024 * 1024

# our word: (id in get_usages, their units in one of ours, what their count leaves out, how sure)
USAGES: dict[str, tuple[str, int, int, Literal["live", "sampled"]]] = {
    "bandwidth": ("bandwidth", MEGABYTE, 0, "sampled"),
    "mailboxes": ("email_accounts", 1, 0, "live"),
    "databases": ("mysql_databases", 1, 0, "live"),
    "sites": ("addon_domains", 1, 1, "live"),
}

# our word: (field of a package, what its count leaves out)
PACKAGE_FIELDS = {
    "disk": ("QUOTA", 0),
    "bandwidth": ("BWLIMIT", 0),
    "mailboxes": ("MAXPOP", 0),
    "databases": ("MAXSQL", 0),
    "sites": ("MAXADDON", 1),
}

#: What a reseller may do, when it is what no list of WHM says, and when WHM does not let us see it.
CUSTOM, UNTOLD = "custom", "not told"


def is_suspended(summary: Mapping[str, Any]) -> bool:
    return str(summary.get("suspended")) == "1"


def account_limits(summary: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """The limits in our words. A null maximum is unlimited, and so is left out."""
    found = {"disk": megabytes(summary["disklimit"])}
    for resource, (row_id, unit, left_out, _) in USAGES.items():
        maximum = rows.get(row_id, {}).get("maximum")
        found[resource] = None if maximum is None else int(maximum) // unit + left_out
    return {resource: limit for resource, limit in found.items() if limit is not None}


def account_usage(
    summary: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]], measured_at: datetime
) -> dict[str, Measure]:
    disk = megabytes(summary["diskused"])
    found = {resource: measure(rows.get(USAGES[resource][0]), resource, measured_at) for resource in USAGES}
    return {"disk": Measure(disk or 0, measured_at, "unknown" if disk is None else "live"), **found}


def measure(row: Mapping[str, Any] | None, resource: str, measured_at: datetime) -> Measure:
    """One usage in our unit, rounded up; unknown when the panel gives none, or an error beside it."""
    _, unit, left_out, exactness = USAGES[resource]
    if row is None or row.get("error") or row.get("usage") is None:
        return Measure(0, measured_at, "unknown")
    return Measure(ceil(float(row["usage"]) / unit) + left_out, measured_at, exactness)


def package_limits(package: Mapping[str, Any]) -> dict[str, int]:
    """The limits in our words. No megabytes are unlimited ones, and so left out."""
    found = {resource: megabytes(package.get(field)) for resource, (field, _) in PACKAGE_FIELDS.items()}
    found |= {resource: found[resource] or None for resource in ("disk", "bandwidth")}
    return {
        resource: limit + PACKAGE_FIELDS[resource][1]
        for resource, limit in found.items()
        if limit is not None
    }


def megabytes(text: object) -> int | None:
    """'123M' -> 123, 'unlimited' -> None, a bare number as it is; parts of a megabyte are rounded up."""
    size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", str(text).strip(), re.IGNORECASE)
    if size is None:
        if str(text).strip().lower() in ("unlimited", "none", ""):
            return None
        raise ValueError(f"not a size: {text!r}")
    kilobytes = {"K": 1, "": 1024, "M": 1024, "G": 1024**2, "T": 1024**3}[size[2].upper()]
    return ceil(float(size[1]) * kilobytes / 1024)


def reseller_limits(counts: Mapping[str, Any], stats: Mapping[str, Any]) -> dict[str, int]:
    """What a reseller may have in all: 0 MB is unlimited, and so is no number of accounts."""
    accounts = counts.get("limit")
    found = {
        "disk": int(float(stats["diskquota"])) or None,
        "bandwidth": int(float(stats["bandwidthlimit"])) or None,
        "accounts": None if accounts is None else int(accounts),
    }
    return {resource: limit for resource, limit in found.items() if limit is not None}


def reseller_usage(
    summary: Mapping[str, Any], stats: Mapping[str, Any], measured_at: datetime
) -> dict[str, Measure]:
    """What a reseller and its accounts use. The total leaves out its own account where somebody else owns that."""
    disk = float(stats["diskused"])
    if summary.get("owner") != summary["user"]:
        disk += megabytes(summary["diskused"]) or 0
    return {
        "disk": Measure(ceil(disk), measured_at, "live"),
        "bandwidth": Measure(ceil(float(stats["totalbwused"])), measured_at, "sampled"),
        "accounts": Measure(len(accounts_held(stats)), measured_at, "live"),
    }


def accounts_held(stats: Mapping[str, Any]) -> list[str]:
    """A reseller's accounts beside its own. Those that are gone are listed too, and left out here."""
    return [one["user"] for one in stats["acct"] if not int(one["deleted"]) and one["user"] != stats["user"]]


def privileges_by_list(lists: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    return {str(one["name"]): allowed(one["privileges"]) for one in lists}


def allowed(privileges: Any) -> frozenset[str]:
    """The names of those that are granted, however they are told: by name and number, one by one, or in a list."""
    if isinstance(privileges, Mapping):
        return frozenset(name for name, is_granted in privileges.items() if str(is_granted) == "1")
    return frozenset().union(
        *(allowed(one) if isinstance(one, Mapping) else {str(one)} for one in privileges)
    )


def list_name(lists: Mapping[str, frozenset[str]], granted: frozenset[str]) -> str:
    """The list that says just what is granted: the first by name, of several that say the same."""
    return next((name for name in sorted(lists) if lists[name] == granted), CUSTOM)
