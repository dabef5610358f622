"""A server says that what it worked on is over, signed.

Repeated or late, it does no harm: the server is asked, and what it has is read back (provisioning/called_back.py).
"""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from palier.drivers.errors import Forged, Refused
from palier.provisioning.called_back import called_back
from palier.provisioning.models import Server
from palier.provisioning.panels import NotConfigured, panel_of

log = structlog.get_logger()

#: A call-back names a handle, and that is all.
LARGEST_BODY = 4096


@csrf_exempt
@require_POST
def panel_callback(request: HttpRequest, server: str) -> HttpResponse:
    """200 when the server has signed it, whether or not anybody waits; 400 when it has not. 404 of a server that is not
    there, or calls nobody back. Nothing is kept of what is not signed."""
    found = Server.objects.filter(code=server, retired_at=None).first()
    if found is None:
        raise Http404("no such server")
    try:
        body = request.body if int(request.headers.get("Content-Length") or 0) <= LARGEST_BODY else b""
        handle = panel_of(found).read_callback(dict(request.headers), body)
    except (Refused, NotConfigured):
        raise Http404("this server calls nobody back") from None
    except (Forged, ValueError):
        log.warning("panel_callback_forged", server=server)
        return HttpResponseBadRequest()
    log.info("panel_called_back", server=server, was_waited_for=called_back(found.id, handle))
    return HttpResponse()
