"""The addresses of this entrance. They stand before all others, and only in the demo."""

from django.urls import URLPattern, path

from palier.entrypoints.demo.views.letters import html, mail, read
from palier.entrypoints.demo.views.scenarios import fill_disk, play, scenarios, start_again
from palier.entrypoints.demo.views.welcome import enter, front, welcome

app_name = "demo"
urlpatterns: list[URLPattern] = [
    path("", front, name="front"),
    path("demo/", welcome, name="welcome"),
    path("demo/enter/", enter, name="enter"),
    path("demo/scenarios/", scenarios, name="scenarios"),
    path("demo/scenarios/disk/", fill_disk, name="fill_disk"),
    path("demo/scenarios/start-again/", start_again, name="start_again"),
    path("demo/scenarios/<slug:act>/", play, name="play"),
    path("demo/mail/", mail, name="mail"),
    path("demo/mail/<slug:name>/", read, name="letter"),
    path("demo/mail/<slug:name>/html/", html, name="letter_html"),
]
