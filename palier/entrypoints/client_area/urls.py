"""The addresses of this entrance."""

from django.urls import URLPattern

app_name = "client_area"
urlpatterns: list[URLPattern] = []
