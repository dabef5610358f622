"""Samples of a change under way or ended, and of its payment."""

from dataclasses import replace
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.follow import FollowPage, Moments, steps
from palier.entrypoints.client_area.pages.payment import PaymentPage
from palier.entrypoints.client_area.samples.cast import (
    PROMISED,
    cad,
    crumbs_to,
)
from palier.entrypoints.design.gallery import Sample, said
from palier.words.reasons import free_or_undo


def _follow(state: str, moments: Moments, **more: object) -> FollowPage:
    needs_person = bool(more.pop("needs_person", False))
    taken_by = str(more.pop("taken_by", ""))
    page = FollowPage(
        said("Forfait A", "Plan A"),
        said("Forfait B", "Plan B"),
        "ateliers-boreale.ca",
        state,
        steps(state, moments, pays=True, needs_person=needs_person, taken_by=taken_by),
        "../product/",
        paid=cad(725),
        invoice_url="../invoice/",
        invoice_number="2026-1204",
        crumbs=crumbs_to(_("My products & services"), said("Forfait A", "Plan A"), _("Follow the change")),
    )
    return replace(page, **more)  # type: ignore[arg-type]


def _at(minute: int, hour: int = 19) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


def follow() -> FollowPage:
    return _follow("applying", Moments(_at(24), paid_at=_at(25)), is_live=True)


def follow_silent() -> FollowPage:
    return replace(follow(), is_silent=True)


def follow_done() -> FollowPage:
    return _follow("done", Moments(_at(24), paid_at=_at(25), begun_at=_at(25), ended_at=_at(26)))


def follow_person() -> FollowPage:
    page = _follow(
        "needs_person",
        Moments(_at(24), paid_at=_at(25), taken_at=_at(40)),
        needs_person=True,
        taken_by="Dana",
        promised_by=PROMISED,
    )
    return replace(
        page,
        from_name=said("Forfait D", "Plan D"),
        to_name=said("Serveur privé 2", "Private Server 2"),
        is_live=True,
    )


def follow_misfit() -> FollowPage:
    return replace(
        follow_person(),
        reason=said(
            "Votre utilisation a dépassé ce que ce niveau contient.",
            "Your usage has grown beyond what this level holds.",
        ),
        misfits=(
            said(
                "Espace disque : utilisation de 12,4 Go, limite de 10 Go, soit 2,5 Go de trop",
                "Disk space: 12.4 GB used, limit 10 GB: 2.5 GB too much",
            ),
        ),
        to_do=free_or_undo(),
    )


def follow_pay() -> FollowPage:
    return _follow("awaiting_payment", Moments(_at(24)), is_live=True, pay_url="#", cancel_url="#")


def follow_undone() -> FollowPage:
    return _follow(
        "reversed",
        Moments(_at(24), paid_at=_at(25), ended_at=_at(10, 21)),
        returned=cad(725),
        reason=said("Le serveur n’accepte plus ce niveau.", "The server no longer accepts this level."),
        credit_note_url="../credit-note/",
        credit_note_number="NC-2026-032",
        choose_url="../choose/",
    )


def payment() -> PaymentPage:
    return PaymentPage(
        "waiting",
        cad(725),
        said("Forfait A → Forfait B", "Plan A → Plan B"),
        "../follow-pay/",
        crumbs=crumbs_to(_("Invoices")),
    )


def payment_declined() -> PaymentPage:
    return replace(
        payment(),
        state="declined",
        retry_url="#",
        next_url="",
        invoice_url="../invoice-owed/",
        invoice_number="2026-1204",
        reason=said("Votre banque a refusé la carte.", "Your bank refused the card."),
    )


def payment_transfer() -> PaymentPage:
    return replace(
        payment(),
        state="transfer",
        reference="RF18 0KLM 2PQT 7XYZ",
        account=("Hébergement Boréal inc.", "Institution 815, transit 30000, folio 1234567"),
        until=_at(24),
        invoice_url="../invoice-owed/",
        invoice_number="2026-1204",
    )


SAMPLES = {
    "follow": Sample("client_area/follow.html", follow),
    "follow-silent": Sample("client_area/follow.html", follow_silent),
    "follow-done": Sample("client_area/follow.html", follow_done),
    "follow-person": Sample("client_area/follow.html", follow_person),
    "follow-misfit": Sample("client_area/follow.html", follow_misfit),
    "follow-pay": Sample("client_area/follow.html", follow_pay),
    "follow-undone": Sample("client_area/follow.html", follow_undone),
    "payment": Sample("client_area/payment.html", payment),
    "payment-transfer": Sample("client_area/payment.html", payment_transfer),
    "payment-declined": Sample("client_area/payment.html", payment_declined),
}
