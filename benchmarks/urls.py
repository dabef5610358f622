"""The product's addresses, and the yardstick: a page of one query through the same server and middleware."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from palier.catalog.models import Version

_PAGE = engines["django"].from_string("<!doctype html><title>One query</title><p>{{ version }}</p>")


def one_query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_PAGE.render({"version": Version.objects.values_list("number", flat=True).first()}))


urlpatterns = [path("bench/one-query/", one_query), path("", include("config.urls"))]
