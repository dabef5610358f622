"""The addresses of this entrance: choices of theme and language, and the gallery where it may be seen."""

from django.conf import settings
from django.urls import URLPattern, path

from palier.entrypoints.design.gallery import gallery
from palier.entrypoints.design.language import choose_language
from palier.entrypoints.design.theme import choose_theme

app_name = "design"
urlpatterns: list[URLPattern] = [
    path("theme/", choose_theme, name="theme"),
    path("language/", choose_language, name="language"),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns += [
        path("gallery/", gallery, name="gallery"),
        path("gallery/<slug:name>/", gallery, name="sample"),
    ]
