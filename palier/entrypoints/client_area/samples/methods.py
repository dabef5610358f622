"""Samples of the saved payment methods."""

from datetime import date

from palier.entrypoints.client_area.pages.methods import MethodRow, MethodsPage, NewMethod, RemoveMethodPage
from palier.entrypoints.client_area.samples.cast import crumbs_to
from palier.entrypoints.design.gallery import Sample


def methods() -> MethodsPage:
    return MethodsPage(
        (
            MethodRow("Visa •••• 4242", True, date(2030, 12, 31), remove_url="../method-remove/"),
            MethodRow(
                "Mastercard •••• 0341",
                False,
                date(2026, 10, 31),
                is_expired=True,
                default_url="#",
                remove_url="../method-remove/",
            ),
        ),
        (NewMethod("#"),),
        crumbs=crumbs_to(MethodsPage().title),
    )


def methods_empty() -> MethodsPage:
    return MethodsPage(new=(NewMethod("#"),), waiting=True, crumbs=crumbs_to(MethodsPage().title))


def method_remove() -> RemoveMethodPage:
    return RemoveMethodPage(
        "Visa •••• 4242", True, "Mastercard •••• 0341", "#", "../methods/", crumbs_to(MethodsPage().title)
    )


SAMPLES = {
    "methods": Sample("client_area/methods.html", methods),
    "methods-empty": Sample("client_area/methods.html", methods_empty),
    "method-remove": Sample("client_area/method_remove.html", method_remove),
}
