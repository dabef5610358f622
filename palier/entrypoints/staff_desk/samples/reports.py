"""Reports: a month of each, a month whose figures do not agree, and days on which nothing happened."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.pages.report import (
    BooksChecked,
    Choice,
    Heading,
    ReportPage,
    ReportTable,
    Shown,
)
from palier.words import amounts
from palier.words.amounts import amount, rate
from palier.words.reports import ABOUT, COLUMNS, DAYS, PROOFS, REPORTS, TABLES, cell_words


def money(minor: int, currency: str = "CAD") -> Shown:
    return Shown(amount(Money(minor, currency), get_language() or "en"), True)


def _labelled(table: ReportTable) -> ReportTable:
    def row(cells: tuple[Shown, ...]) -> tuple[Shown, ...]:
        headings = table.headings
        return tuple(
            replace(cell, label=heading.label) for cell, heading in zip(cells, headings, strict=False)
        )

    return replace(table, rows=tuple(row(cells) for cells in table.rows), total=row(table.total))


def _page(code: str, *tables: ReportTable) -> ReportPage:
    return ReportPage(
        code=code,
        title=str(REPORTS[code]),
        about=str(ABOUT[code]),
        url="#",
        start_on=date(2026, 10, 1),
        until_on=date(2026, 11, 1),
        last_on=date(2026, 10, 31),
        csv_url="#",
        reports=tuple(
            Choice(one, str(name), f"../{'reports' if one == 'trial-balance' else 'report-' + one}/")
            for one, name in REPORTS.items()
        ),
        choices=tuple(Choice(one, str(name), "#") for one, name in DAYS.items()),
        days="last_month",
        documents_url="#" if code == "taxes" else "",
        tables=tuple(_labelled(table) for table in tables),
        checked=BooksChecked(date(2026, 11, 23), 31, 0),
        crumbs=(Crumb(_("Reports"), "../reports/"), Crumb(str(REPORTS[code]))),
    )


def _headings(*columns: str, texts: int = 1) -> tuple[Heading, ...]:
    return tuple(Heading(str(COLUMNS[column]), place >= texts) for place, column in enumerate(columns))


def trial_balance() -> ReportPage:
    def table(currency: str, *accounts: tuple[str, int, int, int]) -> ReportTable:
        rows = tuple(
            (
                Shown(cell_words("account", name)),
                *(money(minor, currency) for minor in (opening, debits, credits, opening + debits - credits)),
            )
            for name, opening, debits, credits in accounts
        )
        debits = sum(debits for _name, _opening, debits, _credits in accounts)
        total = (Shown(_("Total")), *(money(minor, currency) for minor in (0, debits, debits, 0)))
        headings = _headings("account", "opening", "debits", "credits", "closing")
        return ReportTable(
            str(TABLES["trial-balance"]), currency, headings, rows, total, str(PROOFS["credits"])
        )

    return _page(
        "trial-balance",
        table(
            "CAD",
            ("adjustments", 15000, 2500, 0),
            ("cash:stripe", 4182050, 1862044, 41394),
            ("credit_balance", -62300, 48211, 52740),
            ("receivable", 241900, 1930510, 1897244),
            ("revenue", -3805600, 61200, 1679023),
            ("tax:TPS", -190300, 3060, 83951),
            ("tax:TVQ", -380750, 6105, 159278),
        ),
        table("USD", ("cash:stripe", 0, 1800, 0), ("receivable", 0, 1800, 1800), ("revenue", 0, 0, 1800)),
    )


def revenue() -> ReportPage:
    web, servers = said("Hébergement web", "Web hosting"), said("Serveurs privés", "Private servers")
    lines = (
        (web, said("Forfait A", "Plan A"), 418500, 0),
        (web, said("Forfait B", "Plan B"), 613620, 34200),
        (web, said("Forfait C", "Plan C"), 324903, 27000),
        (servers, said("Serveur privé 2", "Private Server 2"), 322000, 0),
    )
    rows = tuple(
        (Shown(product), Shown(plan), money(billed), money(back), money(billed - back))
        for product, plan, billed, back in lines
    )
    total = (Shown(_("Total")), Shown(""), money(1679023), money(61200), money(1617823))
    headings = _headings("product", "plan", "invoiced", "credited", "net", texts=2)
    return _page(
        "revenue",
        ReportTable(str(TABLES["revenue"]), "CAD", headings, rows, total, str(PROOFS["revenue_account"])),
    )


def taxes() -> ReportPage:
    language = get_language() or "en"
    rows = tuple(
        (Shown(name), Shown(rate(found, language), True), *(money(minor) for minor in figures))
        for name, found, figures in (
            (said("TPS", "GST"), Fraction(1, 20), (1598623, 82991, 3060, 79931)),
            (said("TVQ", "QST"), Fraction(399, 4000), (1528623, 158583, 6105, 152478)),
        )
    )
    total = (Shown(_("Total")), Shown("", True), Shown("", True), money(241574), money(9165), money(232409))
    headings = _headings("tax", "rate", "base", "invoiced", "credited", "to_remit")
    sales = tuple(
        (Shown(cell_words("what", what)), Shown(line), money(minor))
        for line, what, minor in (
            ("101", "sales", 1617823),
            ("", "taxed_sales", 1598623),
            ("", "untaxed_sales", 19200),
            ("103", "gst_collectible", 79931),
            ("203", "qst_collectible", 152478),
        )
    )
    return _page(
        "taxes",
        ReportTable(str(TABLES["taxes"]), "CAD", headings, rows, total, str(PROOFS["tax_accounts"])),
        ReportTable(str(TABLES["sales"]), "CAD", _headings("what", "line", "amount", texts=2), sales),
    )


def recurring() -> ReportPage:
    def number(of: int | None) -> Shown:
        return Shown("" if of is None else amounts.number(of, get_language() or "en"), True)

    def row(kind: str, subscriptions: int | None, changes: int | None, minor: int) -> tuple[Shown, ...]:
        return (Shown(cell_words("movement", kind)), number(subscriptions), number(changes), money(minor))

    rows = (
        row("opening", 812, None, 1402100),
        row("new", 31, None, 48850),
        row("returned", 2, None, 2700),
        row("up", None, 47, 61380),
        row("down", None, 12, -10800),
        row("ended", -19, None, -22400),
    )
    plans = (said("Forfait A", "Plan A"), said("Forfait B", "Plan B"))
    moved = (
        (Shown(plans[0]), Shown(plans[1]), number(47), money(61380)),
        (Shown(plans[1]), Shown(plans[0]), number(12), money(-10800)),
    )
    total = (Shown(_("Total")), Shown(""), number(59), money(50580))
    return _page(
        "recurring",
        ReportTable(
            str(TABLES["recurring"]),
            "CAD",
            _headings("movement", "subscriptions", "changes", "amount"),
            rows,
            row("closing", 826, 59, 1481830),
            str(PROOFS["closing_level"]),
        ),
        ReportTable(
            str(TABLES["changes"]),
            "CAD",
            _headings("from_plan", "to_plan", "changes", "amount", texts=2),
            moved,
            total,
        ),
    )


def wrong() -> ReportPage:
    page = revenue()
    found = {"table": money(1617823).text, "other": money(1617723).text}
    proof = _("The table makes %(table)s, what it must agree with makes %(other)s.") % found
    table = replace(page.tables[0], proof=proof, holds=False)
    checked = BooksChecked(date(2026, 11, 23), 31, 2)
    return replace(page, tables=(table,), checked=checked)


def nothing() -> ReportPage:
    error = _("The first day left out must come after the first day.")
    return replace(revenue(), tables=(), checked=None, days="", error=error)


SAMPLES = {
    "reports": Sample("staff_desk/report.html", trial_balance),
    "report-revenue": Sample("staff_desk/report.html", revenue),
    "report-taxes": Sample("staff_desk/report.html", taxes),
    "report-recurring": Sample("staff_desk/report.html", recurring),
    "report-wrong": Sample("staff_desk/report.html", wrong),
    "report-nothing": Sample("staff_desk/report.html", nothing),
}
