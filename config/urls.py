"""Which entrance answers which address."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from palier.entrypoints.client_area.views.gateway_callback import gateway_callback
from palier.entrypoints.client_area.views.panel_callback import panel_callback

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("allauth.account.urls")),
    path("equipe/", include("palier.entrypoints.staff_desk.urls")),
    path("-/", include("palier.entrypoints.design.urls")),
    path("gateways/<slug:gateway>/callback/", gateway_callback, name="gateway_callback"),
    path("panels/<slug:server>/callback/", panel_callback, name="panel_callback"),
    path("", include("palier.entrypoints.client_area.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("", include("palier.entrypoints.demo.urls")))
