"""A believable sample of every page of the client area, for the gallery and for tests without a database."""

from palier.entrypoints.client_area.samples import (
    billing,
    check,
    choose,
    documents,
    follow,
    lists,
    methods,
    product,
)

SAMPLES = {
    **lists.SAMPLES,
    **product.SAMPLES,
    **choose.SAMPLES,
    **check.SAMPLES,
    **follow.SAMPLES,
    **documents.SAMPLES,
    **billing.SAMPLES,
    **methods.SAMPLES,
}
