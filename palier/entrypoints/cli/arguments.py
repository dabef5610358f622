"""What can be typed after `palier`: every verb, its arguments and its help, on one page."""

import argparse
import re
from datetime import date, timedelta
from pathlib import Path

REPORTS = ("trial-balance", "revenue", "taxes", "recurring")
NAMED_DAYS = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year")
EPILOG = """\
examples:
  palier run                       the whole demo, in one terminal
  palier doctor                    what is configured, reachable and healthy
  palier catalog apply FILE        make the catalogue what this file says
  palier renew --dry-run           what the next round would bill
  palier clock +30d                thirty days later (demo only)
  palier manage shell              any command of Django
"""


def parser() -> argparse.ArgumentParser:
    command = argparse.ArgumentParser(
        prog="palier",
        description="Client area, billing and provisioning of a hosting provider, around the plan change.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = command.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")
    _run(verbs.add_parser("run", help="start everything here: database, web, worker and the demo's machines"))
    _serve(verbs.add_parser("serve", help="serve the web pages"))
    _worker(verbs.add_parser("worker", help="carry out queued work: panels, messages, renewals"))
    verbs.add_parser("prepare", help="bring tables, sentences and static files up to date, before a start")
    _catalog(verbs.add_parser("catalog", help="the catalogue of products, from a file"))
    verbs.add_parser(
        "doctor", help="say what is configured, reachable and healthy; the exit status says so too"
    )
    _renew(
        verbs.add_parser("renew", help="bill, collect and begin what is due today, as the worker does daily")
    )
    _quote(verbs.add_parser("quote", help="say what a change of plan would cost, and why"))
    _reprice(verbs.add_parser("reprice", help="move agreed prices to the catalogue's, after their notice"))
    _books(verbs.add_parser("books", help="check the books, export the journal, print a report"))
    _server(
        verbs.add_parser(
            "server", help="add or retire a server, see how servers are and which plans they know"
        )
    )
    _secrets(verbs.add_parser("secrets", help="change the keys of secrets at rest"))
    _demo(verbs.add_parser("demo", help="build the demo world again, from nothing (demo only)"))
    _clock(verbs.add_parser("clock", help="move business time forward (demo only)"))
    manage = verbs.add_parser("manage", help="run a command of Django", add_help=False)
    manage.add_argument("rest", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    return command


def _run(verb: argparse.ArgumentParser) -> None:
    verb.description = "Start everything in this terminal and keep it running; Ctrl-C stops it all."
    verb.add_argument("--port", type=int, default=8000, help="first port to try for the web (8000)")
    verb.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")


def _serve(verb: argparse.ArgumentParser) -> None:
    verb.description = "Serve the web pages, static files included."
    verb.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    verb.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    verb.add_argument("--workers", type=int, default=2, help="processes (2)")
    verb.add_argument("--threads", type=int, default=2, help="threads of each process (2)")


def _worker(verb: argparse.ArgumentParser) -> None:
    verb.description = "Carry out queued work until stopped. Any number may run, on any machine."
    verb.add_argument("--concurrency", type=int, default=4, help="jobs at once (4)")
    verb.add_argument("--once", action="store_true", help="stop when nothing is left to do")


def _catalog(verb: argparse.ArgumentParser) -> None:
    acts = verb.add_subparsers(title="acts", dest="act", required=True, metavar="ACT")
    apply = acts.add_parser("apply", help="make the catalogue what a file says: all of it or nothing")
    apply.description = (
        "Validate the file, then apply it all or not at all. Applying it twice changes nothing."
    )
    apply.add_argument("file", type=Path, metavar="FILE", help="a catalogue in YAML")


def _books(books: argparse.ArgumentParser) -> None:
    acts = books.add_subparsers(title="acts", dest="act", required=True, metavar="ACT")
    check = acts.add_parser("check", help="run every invariant; the exit status is 1 when one is broken")
    check.add_argument("--json", action="store_true", help="every invariant and every row, for programs")
    export = acts.add_parser("export", help="the journal, for another program")
    export.add_argument("--format", choices=("beancount", "csv"), required=True)
    export.add_argument("--output", type=Path, metavar="FILE", help="write it there (standard output)")
    export.add_argument("--names", action="store_true", help="name the customers, not only their ids")
    report = acts.add_parser("report", help="what happened on some days; last month unless told")
    report.add_argument("report", choices=REPORTS, metavar="REPORT")
    report.add_argument(
        "--days", choices=NAMED_DAYS, default="last_month", metavar="NAME", help="/".join(NAMED_DAYS)
    )
    form = report.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--csv", action="store_true", help="for spreadsheets")
    form.add_argument("--documents", action="store_true", help="each tax of each document behind it, as CSV")
    for verb in (export, report):
        verb.add_argument(
            "--from", dest="from_on", type=date.fromisoformat, metavar="DATE", help="the first day"
        )
        verb.add_argument(
            "--until", dest="until_on", type=date.fromisoformat, metavar="DATE", help="the first day left out"
        )


def _renew(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Do today's round now: bill the periods that begin soon, collect what is due, begin what was scheduled."
        " The worker does it by itself; running it again changes nothing."
    )
    verb.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="DATE",
        help="bill ahead of time all that the rounds until that day will bill, with invoices of today (today)",
    )
    verb.add_argument("--dry-run", action="store_true", help="say what would be billed, and write nothing")
    verb.add_argument("--yes", action="store_true", help="with --as-of, do not ask")


def _quote(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Say what a change of plan would cost and why, as the client would read it. Writes nothing."
    )
    verb.add_argument("subscription", metavar="SUBSCRIPTION", help="its id, or its label (a domain)")
    verb.add_argument("plan", metavar="PLAN", help="the code of the plan to move to, as in the catalogue")
    verb.add_argument("--cycle", help="another billing cycle, such as yearly")
    verb.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="CODE=QUANTITY",
        help="how many of an option (as many as it has); may be repeated",
    )
    verb.add_argument("--code", default="", help="a discount code, as a client would type it")
    verb.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="as of that day (today)")
    verb.add_argument("--when", choices=("now", "renewal"), help="when a lower level should begin")
    verb.add_argument("--language", help="fr or en (the provider's)")
    verb.add_argument("--json", action="store_true", help="the whole quote, for programs")


def _reprice(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Move the agreed prices of a product's subscriptions to the catalogue's, each at its first renewal after the "
        "notice that the law profile of its customer asks for. Clients are told at once."
    )
    verb.add_argument("product", metavar="PRODUCT", help="the code of the product, as in the catalogue")
    verb.add_argument(
        "--from",
        dest="from_on",
        type=date.fromisoformat,
        metavar="DATE",
        help="not before that day (as soon as notice allows)",
    )
    verb.add_argument("--dry-run", action="store_true", help="say what would change, and tell nobody")


def _server(verb: argparse.ArgumentParser) -> None:
    acts = verb.add_subparsers(title="acts", dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add a server that the catalogue file does not declare")
    add.description = (
        "Add a server, once it has answered. Its secrets are asked for without echo (or read from standard input, one a"
        " line, in the order in which they are named) and kept encrypted; they are never arguments."
    )
    add.add_argument("code", metavar="CODE", help="what products call it, such as web-2")
    add.add_argument("--driver", required=True, metavar="NAME", help="how we talk to it, such as cpanel")
    add.add_argument("--url", default="", help="where its panel answers, such as https://panel.example:2087")
    add.add_argument("--name", default="", help="what staff call it (its code)")
    add.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting that is no secret, such as user=root, or one that the environment holds: token='${WEB2_TOKEN}';"
        " may be repeated",
    )
    add.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="NAME[=VARIABLE]",
        help="a secret to ask for, or the variable of the environment to read it from now; may be repeated",
    )
    add.add_argument(
        "--pin", default="", metavar="SHA256", help="the fingerprint of the certificate to believe"
    )
    add.add_argument(
        "--no-check", action="store_true", help="keep it although it does not answer as it should"
    )
    check = acts.add_parser("check", help="look at one server, or at all: does it answer, as what, how fast?")
    plans = acts.add_parser("plans", help="the plans that it knows, against those of the catalogue")
    retire = acts.add_parser("retire", help="retire a server that was added by hand")
    retire.description = (
        "Retire a server that was added by hand, once nothing lives on it and nothing is sold there. Its secrets are"
        " forgotten."
    )
    retire.add_argument("code", metavar="CODE", help="the code of the server")
    retire.add_argument("--yes", action="store_true", help="do not ask")
    for one in (check, plans):
        one.add_argument("code", nargs="?", metavar="CODE", help="one server (all)")
        one.add_argument("--json", action="store_true", help="for programs")


def _secrets(verb: argparse.ArgumentParser) -> None:
    acts = verb.add_subparsers(title="acts", dest="act", required=True, metavar="ACT")
    rotate = acts.add_parser("rotate", help="seal everything that is encrypted at rest with a new key")
    rotate.description = (
        "Make a new key, and seal with it all that is encrypted at rest: secrets of servers, saved payment methods."
        " What is interrupted goes on when it is run again."
    )
    acts.add_parser("drop", help="forget the old keys that seal nothing any more")


def _demo(verb: argparse.ArgumentParser) -> None:
    verb.description = "Forget everything in the demo's database and build the demo world again."
    verb.add_argument("--yes", action="store_true", help="do not ask")
    verb.add_argument("--once", action="store_true", help="only when nobody can sign in yet; forgets nothing")
    verb.add_argument(
        "--lxd", action="store_true", help="with virtual servers that are real containers of LXD"
    )


def _clock(verb: argparse.ArgumentParser) -> None:
    verb.description = "Move business time, and only that: sign-ins and the queue stay on real time."
    verb.add_argument("by", metavar="+30d|reset", help="+30d, +12h, +90m, or reset to come back to today")


def duration(written: str) -> timedelta:
    """`+30d`, `+12h` or `+90m` as a timedelta. Raises ValueError."""
    found = re.fullmatch(r"\+?(\d+)([dhm])", written)
    if not found:
        raise ValueError(f"{written!r}: write a number and d, h or m, such as +30d.")
    unit = {"d": "days", "h": "hours", "m": "minutes"}[found[2]]
    return timedelta(**{unit: int(found[1])})
