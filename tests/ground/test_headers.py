"""What every page tells the browser to refuse."""

import pytest

from config.headers import SecurityHeaders, content_security_policy


@pytest.fixture
def response(client, db):
    return client.get("/no-such-page/")


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(response):
    rules = dict(rule.split(" ", 1) for rule in response["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["img-src"] == "'self' data:"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]


def test_in_the_demo_forms_may_lead_to_the_card_page_and_nowhere_else(response, settings):
    assert f"form-action 'self' {settings.DEMO_CARD_URL};" in response["Content-Security-Policy"]
    assert "form-action 'self';" in content_security_policy()


def test_other_refusals_are_on_every_page(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-cache"
    assert "camera=()" in response["Permissions-Policy"]


def test_a_view_may_set_its_own_policy(rf):
    from django.http import HttpResponse

    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"})
    assert (
        SecurityHeaders(lambda request: own)(rf.get("/"))["Content-Security-Policy"] == "default-src 'self'"
    )
