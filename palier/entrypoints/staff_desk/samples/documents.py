"""An invoice as staff see it, and what they read before money is given back."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.documents.paper import Line, Paper, Party, Settlement, Tax
from palier.documents.sheet import sheet
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.give_back_forms import CreditForm, RefundForm
from palier.entrypoints.staff_desk.pages.document import DocumentPage
from palier.entrypoints.staff_desk.pages.give_back import GiveBackPage, Outcome, OutcomeLine

CARD = "Visa •••• 4242"
ON = date(2026, 11, 23)


def cad(minor: int) -> Money:
    return Money(minor, "CAD")


def crumbs(*last: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(_("Customers"), "../customers/"), Crumb("Ateliers Boréale", "../customer/"), *last)


def invoice() -> DocumentPage:
    paper = Paper(
        key=("invoice", UUID(int=1)),
        name="2026-1204",
        language="fr",
        issued_on=ON,
        supplier=Party("Hébergement Boréal inc.", "1250, rue de la Montagne\nMontréal (Québec)  H3G 1Z2"),
        buyer=Party("Ateliers Boréale", "48, avenue Cartier\nQuébec (Québec)  G1R 2S2"),
        lines=(Line("Passage du Forfait A au Forfait B, ateliers-boreale.ca", cad(630)),),
        net=cad(630),
        taxes=(
            Tax("TPS", Fraction(1, 20), cad(32), "123456789 RT0001"),
            Tax("TVQ", Fraction(399, 4000), cad(63), "1234567890 TQ0001"),
        ),
        total=cad(725),
        due_on=ON,
        terms="Payable à la réception.",
        settlements=(Settlement(ON, "payment_received", cad(725), CARD),),
        owed=cad(0),
    )
    return DocumentPage(
        sheet=sheet(paper),
        pdf_url="#",
        customer_name="Ateliers Boréale",
        customer_url="../customer/",
        status="paid",
        credit_url="../credit/",
        refund_url="../send-back/",
        crumbs=crumbs(Crumb("2026-1204")),
    )


def _credit_form(typed: dict[str, str] | None = None) -> CreditForm:
    to_card = _("What was paid: back to %(method)s") % {"method": CARD}
    where = [("credit_balance", _("What was paid: to the credit balance")), ("method", to_card)]
    return CreditForm(typed, currency="CAD", lines=(), where=where)


def _page(act: str, form: CreditForm | RefundForm) -> GiveBackPage:
    page = GiveBackPage(act, "2026-1204", "Ateliers Boréale", "#", "../staff-invoice/", form)
    return replace(page, crumbs=crumbs(Crumb("2026-1204", "../staff-invoice/"), Crumb(page.title)))


def credit() -> GiveBackPage:
    return _page("credit", _credit_form())


def credit_wrong() -> GiveBackPage:
    return _page("credit", _credit_form({"line": "all", "amount": "abc", "said": "", "to": "method"}))


def credit_read() -> GiveBackPage:
    because = said("Trois jours de panne.", "Three days of failure.")
    typed = {"line": "all", "amount": "3.15", "said": because, "to": "method"}
    outcome = Outcome(
        lines=(
            OutcomeLine(_("Given back, before tax"), cad(315)),
            OutcomeLine(said("TPS 5 %", "GST 5%"), cad(16)),
            OutcomeLine(said("TVQ 9,975 %", "QST 9.975%"), cad(32)),
            OutcomeLine(_("Credit note"), cad(363), is_total=True),
        ),
        sentences=(
            _("%(amount)s goes back to %(method)s.")
            % {"amount": said("3,63\u00a0$", "$3.63"), "method": CARD},
        ),
        figures="",
        fields=tuple(typed.items()),
        button=_("Issue a credit note of %(amount)s") % {"amount": said("3,63\u00a0$", "$3.63")},
    )
    return replace(_page("credit", _credit_form(typed)), outcome=outcome)


def send_back() -> GiveBackPage:
    return _page("refund", RefundForm(currency="CAD"))


SAMPLES = {
    "staff-invoice": Sample("staff_desk/document.html", invoice),
    "credit": Sample("staff_desk/give_back.html", credit),
    "credit-wrong": Sample("staff_desk/give_back.html", credit_wrong),
    "credit-read": Sample("staff_desk/give_back.html", credit_read),
    "send-back": Sample("staff_desk/give_back.html", send_back),
}
