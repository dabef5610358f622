"""What a payment gateway tells us, signed. Repeated, late or out of order, it is taken in once (billing/settle.py)."""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from palier.billing.gateways import NoGateway, gateway_named
from palier.billing.settle import UnknownPayment, settle
from palier.drivers.errors import Forged
from palier.events import clock
from palier.events.trace import lines_are_about

log = structlog.get_logger()


@csrf_exempt
@require_POST
def gateway_callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """200 once it is taken in, or was before; 400 when the gateway did not sign it; 404 when we never asked."""
    try:
        report = gateway_named(gateway).read_callback(dict(request.headers), request.body)
        payment = settle(report, gateway=gateway, at=clock.now())
        lines_are_about(("payment", payment.id), ("invoice", payment.invoice_id))
    except NoGateway:
        raise Http404("no such gateway") from None
    except Forged:
        log.warning("callback_forged", gateway=gateway)
        return HttpResponseBadRequest()
    except UnknownPayment:
        log.warning("callback_of_unknown_payment", gateway=gateway)
        raise Http404("no such payment") from None
    return HttpResponse()
