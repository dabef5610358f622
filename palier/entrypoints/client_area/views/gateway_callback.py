"""What a payment gateway tells us, signed. Repeated, late or out of order, it is taken in once (billing/hear.py)."""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from palier.billing.gateways import NoGateway, gateway_named
from palier.billing.hear import hear
from palier.billing.save_method import UnknownSetup
from palier.billing.settle import UnknownPayment
from palier.drivers.errors import Busy, Forged
from palier.events import clock
from palier.events.trace import lines_are_about

log = structlog.get_logger()


@csrf_exempt
@require_POST
def gateway_callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """200 once it is taken in, was before, or does not concern us; 400 when the gateway did not sign it; 503 when the
    gateway cannot be asked for the rest, so that it sends it again.

    404 when we do not know the payment that it says is ours: not yet, perhaps, and then it will say it again.
    """
    try:
        report = gateway_named(gateway).read_callback(dict(request.headers), request.body)
    except NoGateway:
        raise Http404("no such gateway") from None
    except Forged:
        log.warning("callback_forged", gateway=gateway)
        return HttpResponseBadRequest()
    except Busy as busy:
        log.warning("callback_not_read", gateway=gateway, reason=busy.reason)
        return HttpResponse(status=503)
    if report is None:
        return HttpResponse()
    try:
        lines_are_about(*hear(report, gateway=gateway, at=clock.now()))
    except (UnknownPayment, UnknownSetup):
        log.warning("callback_of_unknown_payment", gateway=gateway, about=type(report).__name__)
        raise Http404("no such payment") from None
    return HttpResponse()
