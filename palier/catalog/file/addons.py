"""What must hold of add-ons in a catalogue file. Each check yields what is wrong."""

from collections.abc import Iterator

from palier.catalog.file.entries import CatalogueEntry
from palier.catalog.file.problems import Finding


def add_ons_are_added_to_something_else(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """An add-on is a product of its own beside the service it is for; it is not added to another add-on."""
    for code, product in catalogue.products.items():
        for number, home in enumerate(product.addon_to):
            if home == code or catalogue.products[home].addon_to:
                why = "itself" if home == code else f"{home}, which is an add-on too"
                yield ("products", code, "addon_to", number), f"{code} cannot be added to {why}"


def add_ons_are_set_up_by_people(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """An add-on has the account of its service: a panel that was asked to stop the one would stop the other."""
    for code, product in catalogue.products.items():
        if product.addon_to and catalogue.driver_of(product.server) != "manual":
            yield (
                ("products", code, "server"),
                f"{code} is an add-on, which our team sets up and stops: put it on a server whose driver is manual",
            )


def what_becomes_of_add_ons_is_said_of_add_ons(catalogue: CatalogueEntry) -> Iterator[Finding]:
    for number, path in enumerate(catalogue.change_paths):
        for code in path.addons:
            if not catalogue.products[code].addon_to:
                yield (
                    ("change_paths", number, "addons", code),
                    f"{code} is no add-on: write addon_to on the product, with the products it is added to",
                )


ADDON_CHECKS = (
    add_ons_are_added_to_something_else,
    add_ons_are_set_up_by_people,
    what_becomes_of_add_ons_is_said_of_add_ons,
)
