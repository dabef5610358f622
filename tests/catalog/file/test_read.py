"""Each mistake is written into the demo catalogue, and must be told with its line, its path and what would be right."""

from pathlib import Path

import pytest

from palier.catalog.file.problems import InvalidCatalogue
from palier.catalog.file.read import document, read
from tests.catalogs.files import DEMO, MAILHOST, block, demo_text, with_own_taxes

# What is written instead of what; where the mistake is, and what is said of it.
MISTAKES = [
    # provider
    ("  currency: CAD", "  currency: CDA", "provider.currency", "“CDA” is not a currency; write its ISO 4217 code"),
    ("  currency: CAD", "  curency: CAD", "provider.curency", "did you mean “currency”?"),
    ("America/Toronto", "America/Torronto", "provider.time_zone", "did you mean “America/Toronto”?"),
    ("bonjour@heb", "bonjour heb", "provider.email", "is not an e-mail address: write it like"),
    ("https://hebergement", "hebergement", "provider.website", "is not an address: write it like https://"),
    ("  phone: 418 555-0142", "  phone:", "provider.phone", "nothing is not right here: write a text, or leave"),
    ("  language: fr\n", "  language: de\n", "provider", "language de is not one of languages (fr, en)"),
    ("languages: [fr, en]", "languages: fr", "provider.languages", "stands where a list belongs, such as [fr]"),
    ('opens: "09:00"', 'opens: "9 h"', "provider.working_hours.opens", "write hours and minutes, such as 09:00"),
    ('closes: "17:00"', 'closes: "08:00"', "provider.working_hours", "closes at 08:00, which is not after it opens"),
    ("tuesday", "mardi", "provider.working_hours.days[1]", "“mardi” is not a day of the week; known: monday,"),
    ("2027-03-26", "26/03/2027", "provider.holidays[2]", "write year-month-day, such as 2026-12-25"),
    ("    fr: Payable à la réception.\n", "", "provider.payment_terms", "the French (fr) text is missing"),
    # resources
    ("fr: Espace disque, en: Disk space", "fr: Espace", "resources.disk.name", "the English (en) text is missing"),
    ("fr: Sites Web, en: Websites", 'fr: "", en: " "', "resources.sites.name", "French (fr) and English (en) texts"),
    ("en: Databases}", "en: Databases, de: Banken}", "resources.databases.name", "de: not a language of this"),
    ("{one: mailbox, other", "{one: mailbox, others", "resources.mailboxes.counted", "en needs one and other"),
    ("    unit: count\n    name: {fr: Comptes", "    unit: number\n    name: {fr: Comptes",
     "resources.mailboxes.unit", "“number” is not a unit; known: storage, count"),
    ("    measured: no\n  memory", "    measured: grantd\n  memory", "resources.cpus.measured",
     "“grantd” is not a way to be measured; did you mean “granted”? known: yes, no, granted"),
    ("    driver: manual\n  team", "    driver: proxmox\n    url: https://pve.example\n    credentials: {user: u@pve, "
     "token_name: t, token: \"${T}\"}\n  team", "resources.cpus.measured",
     "vps limits it on vps, which would leave it unlimited: write granted, or yes"),
    # registrations
    ("  CA-QC: 1234567890 TQ0001", "  QC: 1234567890 TQ0001", "registrations.QC",
     "“QC” is not a place whose taxes come with Palier; known: CA, CA-QC, CA-BC, CA-SK, CA-MB, AT,"),
    ("  CA-QC: 1234567890 TQ0001", "  CA-QC: {valid_from: 2026-12-01}", "registrations.CA-QC.number",
     "missing: write the number to print on documents"),
    ("  CA-QC: 1234567890 TQ0001", "  CA-QC: {number: TQ1, valid_from: 2026-12-01, valid_until: 2026-12-01}",
     "registrations.CA-QC", "valid_until 2026-12-01 is not after valid_from 2026-12-01"),
    ("  CA-QC: 1234567890 TQ0001", "  FR: FR40303265045", "provider",
     "country is missing: with a registration in FR, write where you are established, such as FR"),
    # what is used
    ("    driver: cpanel\n", "    driver: cpanel\n    margin: {disk: 5}\n", "servers.web1.margin.disk",
     "“5” is not a size: write 500 MB, 10 GB or 1 TB"),
    ("    driver: cpanel\n", "    driver: cpanel\n    margin: {disk: x %}\n", "servers.web1.margin.disk",
     "“x” is not a rate in percent"),
    ("    driver: cpanel\n", "    driver: cpanel\n    margin: {disc: 5 %}\n", "servers.web1.margin.disc",
     "did you mean “disk”?"),
    ("    driver: cpanel\n", "    driver: cpanel\n    sampled_every_hours: 0\n", "servers.web1.sampled_every_hours",
     "0 is none at all: write 1 or more"),
    ("    icon: server\n", "    icon: server\n    policies: {unknown_usage: guess}\n",
     "products.web.policies.unknown_usage", "“guess” is not a policy of unknown_usage; known: refuse, warn, ask_"),
    # law profiles
    ("pays_back: unused_share", "pays_back: unused", "law_profiles.quebec-consumer.rules[0].pays_back",
     "“unused” is not a value of pays_back; did you mean “unused_share”? known: none, unused_share"),
    ("customers: consumer", "customers: consumers", "law_profiles.quebec-consumer.customers",
     "did you mean “consumer”? known: consumer, business"),
    ("indemnity: {percent: 10, at_most: {CAD: 50.00}}", "indemnity: {}",
     "law_profiles.quebec-consumer.rules[0].indemnity", "write percent, at_most or both: the lesser of them is kept"),
    ("        pays_back: none\n", "        pays_back: none\n        nothing_after_days: 30\n",
     "law_profiles.business.rules[0]", "indemnity and nothing_after_days are about pays_back: unused_share"),
    ("    customers: business\n", "    customers: consumer\n    jurisdiction: CA-QC\n", "law_profiles.business",
     "quebec-consumer is for the same customers in the same place: keep one"),
    ("  CA-QC: 1234567890 TQ0001", "  FR: FR1234", "registrations.FR",
     "“FR1234” is not a VAT number there: it looks like FR12345678901"),
    # servers
    ("driver: cpanel", "driver: cpanell", "servers.web1.driver", "did you mean “cpanel”? known: cpanel, "),
    ("${PALIER_DEMO_PANEL_TOKEN}", "hunter2", "servers.web1.credentials.token",
     "a secret does not belong in a file: put it in the environment and write its name, such as ${TOKEN}"),
    ("      token: ${PALIER_DEMO_PANEL_TOKEN}\n", "", "servers.web1", "the cpanel driver needs token"),
    ("    url: ${PALIER_DEMO_PANEL_URL}\n", "", "servers.web1", "the cpanel driver needs url"),
    ("${PALIER_DEMO_PANEL_URL}", "https://root:pw@panel.example:2087", "servers.web1.url", "holds no user, password"),
    ("${PALIER_DEMO_PANEL_URL}", "https://panel.example?token=x", "servers.web1.url", "holds no user, password"),
    ("${PALIER_DEMO_PANEL_URL}", "panel.example:2087", "servers.web1.url", "write https://panel.example:2087"),
    ("${PALIER_DEMO_PANEL_URL}", "$PANEL", "servers.web1.url", "or ${PANEL_URL}"),
    # dunning
    ("    icon: shield", "    dunning: {reminder_days: [7, 3]}", "products.ssl.dunning", "each later than"),
    ("    icon: shield", "    dunning: {suspend_after_days: 5}", "products.ssl.dunning", "last reminder, on day 12"),
    ("    driver: cpanel", "    at_once: 2000\n    driver: cpanel", "servers.web1.at_once", "write 1000 or less"),
    ("  email: ", "  invoice_days_ahead: 40\n  email: ", "provider.invoice_days_ahead", "write 28 or less"),
    ("    icon: shield", "    dunning: {suspend_after_days: x}", "products.ssl.dunning.suspend_after_days", "or never"),
    ("    icon: shield", "    dunning: {retry_day: [5]}", "products.ssl.dunning.retry_day", "mean “retry_days”?"),
    ("    icon: shield", "    dunning: {terminate_after_days: 9}", "products.ssl.dunning", "suspend_after_days, 15"),
    ("  language: fr\n", "  language: fr\n  dunning: {reminder_days: []}\n", "provider.dunning", "needs a reminder"),
    # products and plans
    ("server: web1", "server: web2", "products.web.server", "“web2” is not a server; did you mean “web1”?"),
    ("    icon: shield", "    tax_class: reduced", "products.ssl.tax_class", "is not a tax class; known: standard"),
    ("    icon: shield", "    prices_include_tax: peut-être", "products.ssl.prices_include_tax", "write yes or no"),
    ("    icon: shield", "    policies: {refund: all}", "products.ssl.policies.refund", "known: none, credit_balance"),
    ("    icon: shield", "    policies: {refunds: none}", "products.ssl.policies.refunds", "did you mean “refund”?"),
    ("web-b:", "Web B:", "products.web.plans.Web B", "write small letters, digits and hyphens, such as web-a"),
    ("ssl-dv:", "web-a:", "products.ssl.plans.web-a", "“web-a” is already the code on line"),
    ("ssl-dv:", "web:", "products.ssl.plans.web", "“web” is already the code on line"),
    ("        rank: 4", "        rank: 1", "products.web", "web-a and web-d both have rank 1"),
    ("        rank: 4", "        rank: four", "products.web.plans.web-d.rank", "write digits only, such as 12"),
    ("        rank: 4\n", "", "products.web.plans.web-d.rank", "missing: write its place on the ladder"),
    ("disk: 25 GB", "dsk: 25 GB", "products.web.plans.web-b.limits.dsk", "did you mean “disk”?"),
    ("disk: 25 GB", "disk: 25", "products.web.plans.web-b.limits.disk", "write 500 MB, 10 GB or 1 TB, or unlimited"),
    ("disk: 25 GB, ", "", "products.web.plans.web-b.limits", "disk: other levels say it; write the limit, or"),
    ("mailboxes: 25,", "mailboxes: 25 GB,", "products.web.plans.web-b.limits.mailboxes", "such as 12, or unlimited"),
    # prices
    ("monthly: {CAD: 18.00}", 'monthly: {CAD: "18,00"}', "products.web.plans.web-b.prices.monthly.CAD",
     "“18,00” is not an amount: write digits and one point, such as 9.00"),
    ("monthly: {CAD: 18.00}", "monthly: {CAD: 18.005}", "products.web.plans.web-b.prices.monthly.CAD", "3 decimals"),
    ("monthly: {CAD: 18.00}", "monthly: {CAD: -18.00}", "products.web.plans.web-b.prices.monthly.CAD", "not an amount"),
    ("monthly: {CAD: 18.00}", "monthly: {CAD: 18.00, JPY: 18.5}", "products.web.plans.web-b.prices.monthly.JPY",
     "“18.5” has 1 decimals; JPY has none"),
    ("monthly: {CAD: 18.00}", "monthly: {}", "products.web.plans.web-b.prices.monthly", "empty: write at least one"),
    ("monthly: {CAD: 18.00}", "weekly: {CAD: 18.00}", "products.web.plans.web-b.prices.weekly", "not a billing cycle"),
    ("monthly: {CAD: 18.00}", "months:12: {CAD: 1}", "products.web.plans.web-b.prices.yearly", "the same cycle as"),
    ("monthly: {CAD: 18.00}", "free: {CAD: 0}", "products.web.plans.web-b.prices.free",
     "free is not sold yet: write the price 0 in a cycle that renews"),
    ("monthly: {CAD: 18.00}", "one_time: {CAD: 18.00}", "products.web.plans.web-b.prices.one_time",
     "one_time is not sold yet: write a cycle that renews, such as monthly or yearly"),
    ("yearly: {CAD: 60.00}", "yearly: {USD: 60.00}", "products.ssl.plans.ssl-dv.prices", "no price in CAD"),
    # options
    ("        most: 1\n", "        least: 2\n        most: 1\n", "products.web.options.dedicated-ip",
     "most is 1, and least 2: nothing could be bought"),
    ("        most: 1\n", "        grants: {disk: unlimited}\n", "products.web.options.dedicated-ip.grants.disk",
     "unlimited cannot be added"),
    # change paths
    ("from: [web-d]", "from: [web-e]", "change_paths[2].from[0]", "“web-e” is not a product or a plan"),
    ("    to: [vps]\n", "", "change_paths[2]", "write either between, or both from and to"),
    ("  - between: [vps]\n", "  - between: [vps]\n    policies: {refund: some}\n", "change_paths[1].policies.refund",
     "“some” is not a policy of refund"),
    ("from: [web-d]\n    to: [vps]", "from: [web]\n    to: [web]", "change_paths[2]",
     "change_paths[0] already says how web-a becomes web-a: keep one of them"),
    ("addons: {backups: convert}", "addons: {backups: give}", "change_paths[2].addons.backups",
     "“give” is not what becomes of an add-on; known: keep, convert, end"),
    ("addons: {backups: convert}", "addons: {ssl: convert}", "change_paths[2].addons.ssl", "ssl is no add-on"),
    ("addon_to: [web]", "addon_to: [webb]", "products.backups.addon_to[0]", "did you mean “web”?"),
    ("addon_to: [web]", "addon_to: [backups]", "products.backups.addon_to[0]", "backups cannot be added to itself"),
    ("server: team\n    addon_to", "server: web1\n    addon_to", "products.backups.server",
     "put it on a server whose driver is manual"),
]  # fmt: skip

# The same of a host that writes its own taxes.
MISTAKES_IN_TAXES = [
    ("rate: 9.975", 'rate: "9,975"', "taxes.TVQ.rates[0].rate", "write digits and one point, such as 9.975"),
    ("rate: 9.975", "rate: 9.975 %", "taxes.TVQ.rates[0].rate", "write digits and one point, such as 9.975"),
    ("CA-QC, rate", "Québec, rate", "taxes.TVQ.rates[0].jurisdiction",
     "write a country or a part of one, such as CA or CA-QC"),
    ("2008-01-01", "2008-31-12", "taxes.TPS.rates[0].valid_from", "“2008-31-12” is not a date"),
    ("replaces: [TPS]", "replaces: [GST]", "taxes.TVH.replaces[0]", "“GST” is not a tax; known: TPS, TVQ, TVH"),
    ("valid_until: 2025-04-01", "valid_until: 2010-07-01", "taxes.TVH.rates[1]", "is not after valid_from"),
    ("14, valid_from: 2025-04-01", "14, valid_from: 2010-07-01", "taxes.TVH.rates[2]", "a second rate for CA-NS"),
]  # fmt: skip


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidCatalogue) as raised:
        document(text, "f.yaml")
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [*MISTAKES, *MISTAKES_IN_TAXES],
    ids=[f"{m[2]} {m[1].strip()}" for m in [*MISTAKES, *MISTAKES_IN_TAXES]],
)
def test_a_mistake_is_told_with_its_path_and_what_would_be_right(
    old: str, new: str, path: str, said: str
) -> None:
    own = [with_own_taxes()] if path.startswith("taxes") else []
    found = problems_of(demo_text(*own, (old, new)))
    assert any(f": {path}: " in problem and said in problem for problem in found), "\n".join(found)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("  currency: CAD", "  currency: CDA", "provider.currency"),
        ("2027-03-26", "26/03/2027", "provider.holidays[2]"),
        ("disk: 25 GB", "disk: 25", "products.web.plans.web-b.limits.disk"),
        ("monthly: {CAD: 18.00}", "monthly: {CAD: 18.0.0}", "products.web.plans.web-b.prices.monthly.CAD"),
        ("from: [web-d]", "from: [web-e]", "change_paths[2].from[0]"),
        ("rate: 9.975", "rate: ~", "taxes.TVQ.rates[0].rate"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, path: str) -> None:
    text = demo_text(*([with_own_taxes()] if path.startswith("taxes") else []), (old, new))
    line = next(number for number, written in enumerate(text.splitlines(), 1) if new.strip() in written)
    assert problems_of(text)[0].startswith(f"f.yaml:{line}: {path}: ")


def test_a_missing_key_is_told_with_the_line_it_is_missing_under() -> None:
    text = demo_text(("        rank: 4\n", ""))
    line = text.splitlines().index("      web-d:") + 1
    assert problems_of(text)[0].startswith(f"f.yaml:{line}: products.web.plans.web-d.rank: missing")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = demo_text(
        with_own_taxes(),
        ("  currency: CAD", "  currency: CDA"),
        ("rate: 9.975", "rate: lots"),
        ("disk: 25 GB", "disk: 25"),
        ("ssl-dv:", "web-a:"),
        ("from: [web-d]", "from: [web-e]"),
    )
    lines = [int(problem.split(":")[1]) for problem in problems_of(text)]
    assert len(lines) == 5 and lines == sorted(lines)


def test_a_written_secret_is_not_said_back() -> None:
    said = "\n".join(problems_of(demo_text(("${PALIER_DEMO_PANEL_TOKEN}", "hunter2"))))
    assert "hunter2" not in said


def test_a_move_that_no_panel_does_must_say_who_does_it() -> None:
    by_hand = block("    needs_person:\n      reason:\n        fr: Notre équipe redimensionne", "    note:")
    moving = block("    needs_person:\n      reason:\n        fr: Notre équipe déménage", "    note:")
    assert [problem.split(": ", 1)[1] for problem in problems_of(demo_text((by_hand, ""), (moving, "")))] == [
        "change_paths[1]: vps-1 to vps-2 is done by hand on vps: write needs_person, with its reason and working_hours",
        "change_paths[2]: web-d to vps-1 moves from web1 to vps, which no panel does by itself: "
        "write needs_person, with its reason and working_hours",
    ]


def test_a_product_may_say_who_does_the_moves_to_its_levels() -> None:
    moving = block("    needs_person:\n      reason:\n        fr: Notre équipe déménage", "    note:")
    by_product = ("    icon: machine\n", f"    icon: machine\n{moving}")
    by_hand = block("    needs_person:\n      reason:\n        fr: Notre équipe redimensionne", "    note:")
    assert document(demo_text(by_product, (by_hand, "")), "demo.yaml")
    (problem,) = problems_of(demo_text(by_product, (by_hand, "    needs_person: no\n")))
    assert "vps-1 to vps-2 is done by hand on vps: write needs_person" in problem


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- a list\n", "just words\n"])
def test_a_file_that_holds_no_catalogue_says_what_it_lacks(text: str) -> None:
    assert problems_of(text)


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalogue, match="cannot be read: No such file"):
        read(tmp_path / "catalog.yaml")


def test_a_file_that_is_not_utf_8_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_bytes("name: Boréal".encode("latin-1"))
    with pytest.raises(InvalidCatalogue, match="save it as UTF-8"):
        read(tmp_path / "catalog.yaml")


@pytest.mark.parametrize("path", [DEMO, MAILHOST], ids=lambda path: path.name)
def test_a_right_file_is_read(path: Path) -> None:
    assert read(path).catalogue.products


def test_a_catalogue_of_one_language_writes_its_texts_alone() -> None:
    catalogue = read(MAILHOST).catalogue
    assert catalogue.products["mail"].name == {"en": "Business Mail"}
    assert catalogue.resources["seats"].counted == {"en": {"one": "seat", "other": "seats"}}
