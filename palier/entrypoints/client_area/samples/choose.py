"""Samples of the ladder of levels."""

from dataclasses import replace

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.choose import (
    ChoosePage,
    CycleChoice,
    Level,
    OptionChoice,
    Reason,
    WhenChoice,
)
from palier.entrypoints.client_area.pages.parts import Measured
from palier.entrypoints.client_area.samples.cast import (
    MEASURED_AT,
    MONTHLY,
    NOW,
    PROMISED,
    RENEWAL,
    TODAY,
    YEARLY,
    cad,
    crumbs_to,
)
from palier.entrypoints.design.gallery import Sample, said


def choose() -> ChoosePage:
    disk = Reason(
        said(
            "Vous utilisez 7,4 Go d’espace disque ; ce niveau contient 5 Go. Libérez 2,5 Go pour le choisir : "
            "anciennes sauvegardes, messages et fichiers dont vous n’avez plus besoin.",
            "You use 7.4 GB disk space; this level holds 5 GB. Free 2.5 GB to choose it: old backups, messages and "
            "files that you no longer need.",
        )
    )
    mail = Reason(
        said(
            "Vous utilisez 4 comptes courriel ; ce niveau contient 2. Supprimez 2 comptes courriel pour le choisir.",
            "You use 4 mailboxes; this level holds 2. Delete 2 mailboxes to choose it.",
        )
    )
    levels = (
        Level(
            "mini",
            said("Forfait Mini", "Plan Mini"),
            1,
            cad(500),
            MONTHLY,
            is_possible=False,
            grants=(said("5 Go", "5 GB"), said("2 courriels", "2 mailboxes"), said("1 base", "1 database")),
            why=(disk, mail),
        ),
        Level(
            "a",
            said("Forfait A", "Plan A"),
            2,
            cad(900),
            MONTHLY,
            is_current=True,
            is_possible=False,
            grants=(
                said("10 Go", "10 GB"),
                said("5 courriels", "5 mailboxes"),
                said("2 bases", "2 databases"),
            ),
        ),
        Level(
            "b",
            said("Forfait B", "Plan B"),
            3,
            cad(1800),
            MONTHLY,
            selected=True,
            has_room=True,
            differences=(
                said("+15 Go", "+15 GB disk space"),
                said("+20 courriels", "+20 mailboxes"),
                said("+8 bases", "+8 databases"),
            ),
            due_now=cad(725),
            next_renewal=cad(2070),
            renewal_on=RENEWAL,
        ),
        Level(
            "c",
            said("Forfait C", "Plan C"),
            4,
            cad(3000),
            MONTHLY,
            differences=(
                said("+40 Go", "+40 GB disk space"),
                said("courriels et bases sans limite", "no limit on mailboxes"),
            ),
            due_now=cad(1691),
            next_renewal=cad(3449),
            renewal_on=RENEWAL,
        ),
        Level(
            "vps-1",
            said("Serveur privé 1", "Private Server 1"),
            5,
            cad(4200),
            MONTHLY,
            differences=(
                said("1 processeur", "1 processor"),
                said("2 Go de mémoire", "2 GB memory"),
                said("60 Go", "60 GB disk space"),
            ),
            due_now=cad(2656),
            next_renewal=cad(4829),
            renewal_on=RENEWAL,
            needs_person=True,
            promised_by=PROMISED,
        ),
    )
    return ChoosePage(
        said("Forfait A", "Plan A"),
        "ateliers-boreale.ca",
        levels,
        "../choose/",
        "../check/",
        "../product/",
        RENEWAL,
        21,
        cycles=(CycleChoice(MONTHLY, True), CycleChoice(YEARLY)),
        measured=Measured(MEASURED_AT, NOW),
        crumbs=crumbs_to(_("My products & services"), said("Forfait A", "Plan A"), _("Upgrade / downgrade")),
    )


def choose_down() -> ChoosePage:
    when = (WhenChoice("renewal", cad(0), RENEWAL, True), WhenChoice("now", cad(0), TODAY))
    page = choose()
    a = replace(
        page.levels[1],
        is_current=False,
        is_possible=True,
        selected=True,
        grants=(),
        differences=(
            said("−15 Go", "−15 GB disk space"),
            said("−20 courriels", "−20 mailboxes"),
            said("−8 bases", "−8 databases"),
        ),
        due_now=cad(0),
        next_renewal=cad(1035),
        renewal_on=RENEWAL,
        when=when,
    )
    b = replace(
        page.levels[2],
        is_current=True,
        is_possible=False,
        selected=False,
        has_room=False,
        differences=(),
        grants=(
            said("25 Go", "25 GB"),
            said("25 courriels", "25 mailboxes"),
            said("10 bases", "10 databases"),
        ),
    )
    return replace(
        page,
        plan_name=said("Forfait B", "Plan B"),
        levels=(page.levels[0], a, b, *page.levels[3:]),
        options=(OptionChoice("ipv4", said("Adresses IPv4", "IPv4 addresses"), 1, cad(300), MONTHLY, 0, 8),),
        warnings=(
            Reason(
                said(
                    "Une facture d’un autre service est en retard : 48,29 $.",
                    "Invoices of your other services are overdue: $48.29.",
                ),
                "../invoices/",
                said("Voir les factures", "See the invoices"),
            ),
        ),
    )


def choose_unmeasured() -> ChoosePage:
    """What one level makes of a usage that is unknown, what another makes of a disk that cannot shrink."""
    page = choose()
    unknown = Reason(
        said(
            "Comptes courriel : votre utilisation n’a pas pu être mesurée ; nous ne pouvons pas dire si ce niveau, qui "
            "contient 2, suffit. Réessayez dans quelques minutes, ou écrivez-nous.",
            "Mailboxes: what you use could not be measured, so we cannot say whether the 2 of this level are enough. "
            "Try again in a few minutes, or write to us.",
        )
    )
    shrink = Reason(
        said(
            "Espace disque : vous avez 10 Go, qui ne peuvent pas être réduits sur ce serveur ; ce niveau contient "
            "5 Go. Choisissez un niveau d’au moins 10 Go, ou écrivez-nous : notre équipe cherchera une autre solution "
            "avec vous.",
            "Disk space: yours is of 10 GB and cannot be made smaller on its server; this level holds 5 GB. Choose a "
            "level with at least 10 GB, or write to us: our team will look for another way with you.",
        )
    )
    return replace(
        page,
        levels=(replace(page.levels[0], why=(shrink, unknown)), *page.levels[1:]),
        measured=Measured(MEASURED_AT, NOW, is_measuring=True),
    )


def choose_stopped() -> ChoosePage:
    stop = Reason(
        said(
            "Un changement est déjà en cours pour ce service.",
            "A change of this service is already under way.",
        ),
        "../follow/",
        said("Le suivre", "Follow it"),
    )
    levels = tuple(replace(level, selected=False) for level in choose().levels)
    return replace(choose(), stops=(stop,), levels=levels)


SAMPLES = {
    "choose": Sample("client_area/choose.html", choose),
    "choose-down": Sample("client_area/choose.html", choose_down),
    "choose-unmeasured": Sample("client_area/choose.html", choose_unmeasured),
    "choose-stopped": Sample("client_area/choose.html", choose_stopped),
}
