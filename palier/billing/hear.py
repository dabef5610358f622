"""What a gateway has called to say: one door for payments, set-ups, refunds and disputes."""

from datetime import datetime
from uuid import UUID

from palier.billing.dispute import settle_dispute
from palier.billing.refund import settle_refund
from palier.billing.save_method import settle_setup
from palier.billing.settle import settle
from palier.drivers.gateway import DisputeReport, PaymentReport, RefundReport, Report

Subject = tuple[str, UUID]


def hear(report: Report, *, gateway: str, at: datetime) -> tuple[Subject, ...]:
    """Take it in; what it was about, for the logs. Raises `UnknownPayment` or `UnknownSetup`."""
    if isinstance(report, PaymentReport):
        payment = settle(report, gateway=gateway, at=at)
        return (("payment", payment.id), ("invoice", payment.invoice_id))
    if isinstance(report, RefundReport):
        return (("payment", settle_refund(report, gateway=gateway, at=at).id),)
    if isinstance(report, DisputeReport):
        dispute = settle_dispute(report, gateway=gateway, at=at)
        return (("payment", dispute.payment_id),)
    return (("method_setup", settle_setup(report, gateway=gateway, at=at).id),)
