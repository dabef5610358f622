"""The addresses of this entrance."""

from django.urls import URLPattern, path

from palier.entrypoints.staff_desk.views.acts import (
    approve,
    close,
    finish,
    give,
    let_go,
    note,
    read_panel,
    retry,
    take,
)
from palier.entrypoints.staff_desk.views.billing import billing, end, exempt
from palier.entrypoints.staff_desk.views.customers import customer, customers
from palier.entrypoints.staff_desk.views.documents import (
    document,
    document_pdf,
    receipt,
    receipt_pdf,
    refund_receipt,
    refund_receipt_pdf,
)
from palier.entrypoints.staff_desk.views.drifts import compare, drifts, end_here, ours, server
from palier.entrypoints.staff_desk.views.give_back import credit, refund
from palier.entrypoints.staff_desk.views.item import item
from palier.entrypoints.staff_desk.views.jobs import jobs, retry_one, run_task_again
from palier.entrypoints.staff_desk.views.overdue import grant, overdue, try_card
from palier.entrypoints.staff_desk.views.queue import queue
from palier.entrypoints.staff_desk.views.reports import report, report_csv, tax_documents_csv
from palier.entrypoints.staff_desk.views.servers import (
    add_one_server,
    check_one_server,
    edit_one_server,
    one_server,
    pin_certificate_of,
    retire_one_server,
    servers,
)
from palier.entrypoints.staff_desk.views.transfers import (
    match,
    match_balance,
    match_invoice,
    put_aside,
    read_statement,
    record,
    take_up_again,
    transfers,
)
from palier.entrypoints.staff_desk.views.undo import undo

app_name = "staff_desk"

ITEM = "travail/<uuid:customer_id>/<uuid:item_id>/"

CUSTOMER = "clients/<uuid:customer_id>/"
DOCUMENT = f"{CUSTOMER}documents/<uuid:document_id>/"
INVOICE = f"{CUSTOMER}documents/<uuid:invoice_id>/"
RECEIPT = f"{CUSTOMER}paiements/<uuid:payment_id>/"
REFUND = f"{CUSTOMER}remboursements/<uuid:refund_id>/"

urlpatterns: list[URLPattern] = [
    path("", queue, name="queue"),
    path(ITEM, item, name="item"),
    path(f"{ITEM}prendre/", take, name="take"),
    path(f"{ITEM}laisser/", let_go, name="let_go"),
    path(f"{ITEM}confier/", give, name="give"),
    path(f"{ITEM}noter/", note, name="note"),
    path(f"{ITEM}relire/", read_panel, name="read_panel"),
    path(f"{ITEM}reessayer/", retry, name="retry"),
    path(f"{ITEM}approuver/", approve, name="approve"),
    path(f"{ITEM}terminer/", finish, name="finish"),
    path(f"{ITEM}annuler/", undo, name="undo"),
    path(f"{ITEM}fermer/", close, name="close"),
    path("virements/", transfers, name="transfers"),
    path("virements/releve/", read_statement, name="read_statement"),
    path("virements/inscrire/", record, name="record_arrival"),
    path("virements/<uuid:line_id>/", match, name="match"),
    path("virements/<uuid:line_id>/facture/", match_invoice, name="match_invoice"),
    path("virements/<uuid:line_id>/solde/", match_balance, name="match_balance"),
    path("virements/<uuid:line_id>/ecarter/", put_aside, name="set_aside"),
    path("virements/<uuid:line_id>/reprendre/", take_up_again, name="take_up"),
    path("clients/", customers, name="customers"),
    path("clients/<uuid:customer_id>/", customer, name="customer"),
    path("clients/<uuid:customer_id>/facturation/", billing, name="billing"),
    path("clients/<uuid:customer_id>/exemptions/", exempt, name="exempt"),
    path("clients/<uuid:customer_id>/exemptions/<uuid:exemption_id>/fin/", end, name="end_exemption"),
    path("rapports/", report, name="reports"),
    path("rapports/taxes/documents/", tax_documents_csv, name="tax_documents"),
    path("rapports/<slug:slug>/", report, name="report"),
    path("rapports/<slug:slug>/csv/", report_csv, name="report_csv"),
    path(DOCUMENT, document, name="document"),
    path(f"{DOCUMENT}pdf/", document_pdf, name="document_pdf"),
    path(f"{INVOICE}crediter/", credit, name="credit"),
    path(f"{INVOICE}rembourser/", refund, name="refund"),
    path(RECEIPT, receipt, name="receipt"),
    path(f"{RECEIPT}pdf/", receipt_pdf, name="receipt_pdf"),
    path(REFUND, refund_receipt, name="refund_receipt"),
    path(f"{REFUND}pdf/", refund_receipt_pdf, name="refund_receipt_pdf"),
    path("impayes/", overdue, name="overdue"),
    path("impayes/<uuid:customer_id>/<uuid:invoice_id>/delai/", grant, name="grant_delay"),
    path("impayes/<uuid:customer_id>/<uuid:invoice_id>/carte/", try_card, name="try_card"),
    path("ecarts/", drifts, name="drifts"),
    path("ecarts/comparer/", compare, name="compare_now"),
    path("ecarts/<uuid:customer_id>/<uuid:drift_id>/serveur/", server, name="repair_server"),
    path("ecarts/<uuid:customer_id>/<uuid:drift_id>/ici/", ours, name="repair_ours"),
    path("ecarts/<uuid:customer_id>/<uuid:drift_id>/fin/", end_here, name="end_here"),
    path("serveurs/", servers, name="servers"),
    path("serveurs/ajouter/", add_one_server, name="add_server"),
    path("serveur/<slug:code>/", one_server, name="server"),
    path("serveur/<slug:code>/verifier/", check_one_server, name="check_server"),
    path("serveur/<slug:code>/modifier/", edit_one_server, name="edit_server"),
    path("serveur/<slug:code>/certificat/", pin_certificate_of, name="pin_certificate"),
    path("serveur/<slug:code>/retirer/", retire_one_server, name="retire_server"),
    path("taches/", jobs, name="jobs"),
    path("taches/<uuid:customer_id>/<uuid:job_id>/reessayer/", retry_one, name="retry_job"),
    path("taches/file/<int:number>/reessayer/", run_task_again, name="run_task_again"),
]
