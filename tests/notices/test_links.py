"""Every button of a message leads to a page that is there."""

from typing import Any

import pytest
from django.urls import resolve

from palier.events.keys import new_id
from palier.notices.links import VIEWS, address, link


@pytest.mark.parametrize("kind", VIEWS)
def test_each_kind_of_subject_has_its_page_in_the_client_area(kind: str) -> None:
    subject_id = new_id()
    found = resolve(address(kind, subject_id))
    assert (found.view_name, [*found.kwargs.values()]) == (VIEWS[kind], [subject_id])


def test_in_a_mail_the_host_stands_before_it(settings: Any) -> None:
    settings.BASE_URL = "https://clients.example"
    subject_id = new_id()
    assert link("invoice", subject_id) == f"https://clients.example{address('invoice', subject_id)}"


def test_an_installation_without_client_area_is_led_to_its_front_page(settings: Any) -> None:
    settings.ROOT_URLCONF = ()
    assert address("invoice", new_id()) == "/"
