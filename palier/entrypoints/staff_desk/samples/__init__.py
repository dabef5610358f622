"""A believable sample of every page of the staff desk, for the gallery and for tests without a database."""

from palier.entrypoints.staff_desk.samples import (
    billing,
    customers,
    documents,
    drifts,
    items,
    overdue,
    queue,
    reports,
    servers,
    transfers,
)

SAMPLES = {
    **queue.SAMPLES,
    **items.SAMPLES,
    **customers.SAMPLES,
    **billing.SAMPLES,
    **documents.SAMPLES,
    **drifts.SAMPLES,
    **overdue.SAMPLES,
    **reports.SAMPLES,
    **servers.SAMPLES,
    **transfers.SAMPLES,
}
