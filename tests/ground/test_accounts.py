"""Who may open an account, and how often one may guess a password."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.urls import reverse


@pytest.mark.django_db
def test_nobody_opens_an_account_by_themselves(client):
    asked = {
        "email": "charlie@elsewhere.example",
        "password1": "a long sentence 1",
        "password2": "a long sentence 1",
    }
    client.post("/compte/signup/", asked)
    assert not get_user_model().objects.filter(email="charlie@elsewhere.example").exists()


@pytest.mark.django_db
def test_after_five_wrong_passwords_the_right_one_must_wait_too(client):
    user = get_user_model().objects.create_user("alice@example.com", "correct horse battery", name="Alice")

    def try_with(password):
        return client.post(reverse("account_login"), {"login": user.email, "password": password})

    for _ in range(5):
        assert try_with("wrong").status_code == 200
    assert try_with("correct horse battery").status_code == 200
    assert "_auth_user_id" not in client.session
    caches["default"].clear()
    assert try_with("correct horse battery").status_code == 302
