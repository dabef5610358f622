"""Samples of the last look before a change."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.addon import AddonCycle, AddonPage
from palier.entrypoints.client_area.pages.check import CheckPage, PaymentChoice, QuoteRow
from palier.entrypoints.client_area.pages.choose import CodeField
from palier.entrypoints.client_area.samples.cast import (
    MONTHLY,
    PROMISED,
    RENEWAL,
    TODAY,
    YEARLY,
    cad,
    crumbs_to,
)
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.period_picture import PeriodPicture, PricedLevel
from palier.words.what_happens import Replaced


def _picture() -> PeriodPicture:
    a, b = (
        PricedLevel(said("Forfait A", "Plan A"), cad(900), MONTHLY),
        PricedLevel(said("Forfait B", "Plan B"), cad(1800), MONTHLY),
    )
    return PeriodPicture("now", date(2026, 11, 14), TODAY, RENEWAL, a, b, cad(900))


def check() -> CheckPage:
    return CheckPage(
        said("Forfait A", "Plan A"),
        said("Forfait B", "Plan B"),
        "ateliers-boreale.ca",
        "up",
        _picture(),
        rows=(
            QuoteRow(
                "line",
                _("Difference between the two levels"),
                cad(630),
                said("(18,00 $ − 9,00 $) × 21 jours sur 30", "($18.00 − $9.00) × 21 days of 30"),
            ),
            QuoteRow("tax", said("TPS 5 %", "GST 5%"), cad(32)),
            QuoteRow("tax", said("TVQ 9,975 %", "QST 9.975%"), cad(63)),
        ),
        due_now=cad(725),
        renewal_on=RENEWAL,
        renewal_total=cad(2070),
        accept_url="#",
        choose_url="../choose/",
        token="signed",  # noqa: S106
        key="018f",
        note=said(
            "Aucune interruption : vos sites et vos courriels restent en ligne.",
            "Applied at once, without interruption.",
        ),
        methods=(
            PaymentChoice(
                "saved",
                "Visa •••• 4242",
                said("Bonne jusqu’au 31 août 2028", "Good until Aug. 31, 2028"),
                True,
            ),
            PaymentChoice(
                "card",
                said("Une autre carte", "Another card"),
                said("sur la page sécurisée de paiement", "on the secure payment page"),
            ),
        ),
        crumbs=crumbs_to(
            _("My products & services"), said("Forfait A", "Plan A"), _("Upgrade / downgrade"), _("Check")
        ),
    )


def check_outdated() -> CheckPage:
    rows = (
        *check().rows[:1],
        *check().rows[1:],
        QuoteRow("credit", _("Credit balance used"), cad(-340), was=cad(-200)),
    )
    return replace(check(), outdated=True, rows=rows, due_now=cad(385), was_due=cad(525))


def check_person() -> CheckPage:
    old, new = (
        PricedLevel(said("Forfait D", "Plan D"), cad(3000), MONTHLY),
        PricedLevel(said("Serveur privé 2", "Private Server 2"), cad(7200), MONTHLY),
    )
    return replace(
        check(),
        from_name=said("Forfait D", "Plan D"),
        to_name=said("Serveur privé 2", "Private Server 2"),
        label="boutique-boreale.ca",
        picture=replace(_picture(), old=old, new=new, held_price=cad(3000)),
        needs_person=True,
        person_reason=said(
            "Vos sites sont déplacés vers un autre serveur.", "Your sites move to another server."
        ),
        promised_by=PROMISED,
        irreversible=said(
            "Un serveur privé ne peut pas redevenir un hébergement partagé par lui-même.",
            "A private server cannot become shared hosting again by itself.",
        ),
        note="",
    )


def check_down() -> CheckPage:
    a, b = _picture().old, _picture().new
    picture = replace(
        _picture(), kind="at_renewal", old=b, new=a, held_price=cad(1800), next_until_on=date(2027, 1, 14)
    )
    return replace(
        check(),
        from_name=said("Forfait B", "Plan B"),
        to_name=said("Forfait A", "Plan A"),
        direction="down",
        picture=picture,
        rows=(),
        due_now=cad(0),
        renewal_total=cad(1035),
        takes_effect_on=RENEWAL,
        methods=(),
    )


def check_down_now() -> CheckPage:
    page = check_down()
    picture = replace(_picture(), old=_picture().new, new=_picture().old, held_price=cad(3000))
    return replace(page, picture=picture, takes_effect_on=None)


def check_year() -> CheckPage:
    new = PricedLevel(said("Forfait B", "Plan B"), cad(18000), YEARLY)
    picture = replace(_picture(), kind="restart", new=new, next_until_on=date(2027, 11, 23))
    rows = (
        QuoteRow(
            "line",
            _("A full new period"),
            cad(18000),
            said("du 23 novembre 2026 au 23 novembre 2027", "from November 23, 2026 to November 23, 2027"),
        ),
        QuoteRow(
            "line",
            _("Deducted: what is left of the current period"),
            cad(-630),
            said("9,00 $ × 21 jours sur 30", "$9.00 × 21 days of 30"),
        ),
        QuoteRow("tax", said("TPS 5 %", "GST 5%"), cad(869)),
        QuoteRow("tax", said("TVQ 9,975 %", "QST 9.975%"), cad(1733)),
    )
    return replace(
        check(),
        picture=picture,
        rows=rows,
        due_now=cad(19972),
        renewal_on=date(2027, 11, 23),
        renewal_total=cad(20696),
    )


def check_taxes_included() -> CheckPage:
    """Of a host whose prices contain their taxes, for a customer exempt from one."""
    rows = (
        check().rows[0],
        QuoteRow("tax", _("Tax in the price that you do not pay"), cad(-55)),
        QuoteRow("included", _("of which %(tax)s") % {"tax": said("TPS 5 %", "GST 5%")}, cad(27)),
    )
    note = said("Exonération de la TVQ, certificat QC-4471.", "Exempt from QST, certificate QC-4471.")
    return replace(check(), rows=rows, due_now=cad(575), renewal_total=cad(1644), tax_notes=(note,))


def check_too_small() -> CheckPage:
    """On the last day of a period: no card takes so little, and it is on the next invoice."""
    note = said("(18,00 $ − 9,00 $) × 1 jour sur 30", "($18.00 − $9.00) × 1 day of 30")
    rows = (
        QuoteRow("line", _("Difference between the two levels"), cad(30), note),
        QuoteRow("tax", said("TPS 5 %", "GST 5%"), cad(2)),
        QuoteRow("tax", said("TVQ 9,975 %", "QST 9.975%"), cad(3)),
        QuoteRow("credit", _("Put on your next invoice: too small to be paid alone"), cad(-35)),
    )
    picture = replace(_picture(), today=RENEWAL - timedelta(1))
    return replace(check(), picture=picture, rows=rows, due_now=cad(0), renewal_total=cad(2105), methods=())


def check_code() -> CheckPage:
    """A discount of the first periods, by a code that was typed, and a set-up fee."""
    rows = (
        check().rows[0],
        QuoteRow("line", said("Rabais « Bienvenue »", "Discount “Welcome”"), cad(-315)),
        QuoteRow("line", said("Frais de mise en service : Forfait B", "Set-up fee: Plan B"), cad(500)),
        QuoteRow("tax", said("TPS 5 %", "GST 5%"), cad(41)),
        QuoteRow("tax", said("TVQ 9,975 %", "QST 9.975%"), cad(81)),
    )
    return replace(
        check(),
        rows=rows,
        due_now=cad(937),
        renewal_total=cad(1035),
        discounts=(
            said(
                "Rabais « Bienvenue » : 50 % de moins sur ce qui est facturé pour le temps d’avant le 14 février 2027.",
                "Discount “Welcome”: 50% off what is billed for the time before February 14, 2027.",
            ),
        ),
        code_field=CodeField("BIENVENUE"),
        check_url="#",
    )


def check_wrong_code() -> CheckPage:
    problem = _("This code is not one of ours. Check how it is written.")
    return replace(check(), code_field=CodeField("BIENVENU", problem), check_url="#")


def check_approval() -> CheckPage:
    """Nothing is charged before our team has said yes; a planned change would be replaced."""
    return replace(
        check(),
        approval="before_payment",
        approval_reason=said(
            "Nous vérifions que la machine a la place.", "We check that the machine has room."
        ),
        approved_by=PROMISED,
        methods=(),
        replaced=Replaced(said("Forfait Mini", "Plan Mini"), RENEWAL),
    )


def check_addons() -> CheckPage:
    said_of_them = (
        said(
            "Sauvegardes quotidiennes : compris dans le nouveau niveau. Le supplément prend fin quand le changement "
            "est fait. 3,50 $, taxes en sus, vont à votre solde créditeur pour les jours déjà payés.",
            "Daily backups is part of the new level: it ends as an add-on when the change is done. "
            "$3.50, taxes added, go to your credit balance for the days already paid.",
        ),
        said(
            "Surveillance du site : rien ne change, le renouvellement reste le sien.",
            "Site monitoring stays as it is, with its own renewal.",
        ),
    )
    return replace(check(), addons=said_of_them)


def addon() -> AddonPage:
    return AddonPage(
        name=said("Sauvegardes quotidiennes", "Daily backups"),
        summary=said("Chaque nuit, gardées trente jours.", "Every night, kept for thirty days."),
        label="ateliers-boreale.ca",
        cycles=(
            AddonCycle(MONTHLY, cad(500), "?cycle=monthly", True),
            AddonCycle(YEARLY, cad(5000), "?cycle=yearly", False),
        ),
        cycle=MONTHLY,
        rows=(
            QuoteRow(
                "line",
                said("Sauvegardes quotidiennes", "Daily backups"),
                cad(500),
                said("du 23 novembre au 23 décembre 2026", "from November 23 to December 23, 2026"),
            ),
            QuoteRow("tax", said("TPS 5 %", "GST 5%"), cad(25)),
            QuoteRow("tax", said("TVQ 9,975 %", "QST 9.975%"), cad(50)),
        ),
        total=cad(575),
        renews_on=date(2026, 12, 23),
        url="#",
        back_url="../product/",
        methods=check().methods,
        crumbs=crumbs_to(_("My products & services"), said("Forfait A", "Plan A"), _("Add-on")),
    )


SAMPLES = {
    "check-taxes-included": Sample("client_area/check.html", check_taxes_included),
    "check": Sample("client_area/check.html", check),
    "check-outdated": Sample("client_area/check.html", check_outdated),
    "check-person": Sample("client_area/check.html", check_person),
    "check-down": Sample("client_area/check.html", check_down),
    "check-down-now": Sample("client_area/check.html", check_down_now),
    "check-year": Sample("client_area/check.html", check_year),
    "check-too-small": Sample("client_area/check.html", check_too_small),
    "check-code": Sample("client_area/check.html", check_code),
    "check-wrong-code": Sample("client_area/check.html", check_wrong_code),
    "check-approval": Sample("client_area/check.html", check_approval),
    "check-addons": Sample("client_area/check.html", check_addons),
    "addon": Sample("client_area/addon.html", addon),
}
