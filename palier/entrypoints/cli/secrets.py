"""`palier secrets rotate` and `drop`: a new key for secrets at rest, and an end to the old ones."""

import argparse
from collections import Counter

from rich.progress import Progress

from palier.entrypoints.cli.screen import console, errors
from palier.people.reseal import across_customers_keys_in_use, across_customers_reseal
from palier.people.seal import add_key, fingerprints, keep_only

MAKE_ONE = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


def run(arguments: argparse.Namespace) -> int:
    return rotate() if arguments.act == "rotate" else drop()


def rotate() -> int:
    """With a new key, unless the newest one does not seal everything yet: then that rotation goes on."""
    used = across_customers_keys_in_use()
    if waiting := _not_by_the_newest(used):
        console.print(f"Going on with [bold]{fingerprints()[0]}[/]: {waiting} secrets wait for it.")
    elif not add_key():
        _say_what_to_do(used.total())
        return 0
    else:
        console.print(f"A new key seals from now on: [bold]{fingerprints()[0]}[/].")
        waiting = used.total()
    with Progress(console=errors, transient=True) as progress:
        bar = progress.add_task("Sealing again", total=waiting)
        done = across_customers_reseal(told=lambda seen: progress.advance(bar, seen))
    console.print(f"{done.rows} rows sealed again with it.")
    for key, count in done.lost.items():
        errors.print(
            f"[bold red]{count}[/] name the key {key}, which we do not have: put it back, and run this again."
        )
    return 1 if done.lost else _say_what_can_go()


def _say_what_to_do(count: int) -> None:
    newest = f"[bold]{fingerprints()[0]}[/], the first of PALIER_KEYS"
    console.print(f"All {count} secrets are sealed with {newest}.")
    console.print(
        "To change it, make a key, put it first in PALIER_KEYS of every process and keep the old ones after it,"
        " start web and workers again, and run this again:"
    )
    console.print(f"  {MAKE_ONE}", soft_wrap=True)


def _say_what_can_go() -> int:
    used = across_customers_keys_in_use()
    if unused := [key for key in fingerprints()[1:] if not used[key]]:
        console.print(f"No longer used: {', '.join(unused)}. [bold]palier secrets drop[/] forgets them.")
        console.print("A backup of the database from before needs them: keep a copy of them with it first.")
    return 0


def drop() -> int:
    """Only what seals nothing is dropped, and never the newest."""
    used = across_customers_keys_in_use()
    unused = [key for key in fingerprints()[1:] if not used[key]]
    still = [f"{key} ({used[key]})" for key in fingerprints()[1:] if used[key]]
    if still:
        errors.print(
            f"[bold red]Kept[/], for it still seals: {', '.join(still)}. Run palier secrets rotate first."
        )
    if not unused:
        console.print("There is no key to drop.")
    elif not keep_only([key for key in fingerprints() if key not in unused]):
        console.print(f"Take out of PALIER_KEYS, for they seal nothing any more: {', '.join(unused)}.")
    else:
        console.print(f"Dropped: {', '.join(unused)}.")
    if unused:
        console.print(
            "A backup of the database from before the rotation is read with the copy of them that you kept."
        )
    return 1 if still else 0


def _not_by_the_newest(used: Counter[str]) -> int:
    return sum(count for key, count in used.items() if key != fingerprints()[0])
