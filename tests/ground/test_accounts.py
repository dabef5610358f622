"""Who may open an account."""

import pytest
from django.contrib.auth import get_user_model


@pytest.mark.django_db
def test_nobody_opens_an_account_by_themselves(client):
    asked = {
        "email": "charlie@elsewhere.example",
        "password1": "a long sentence 1",
        "password2": "a long sentence 1",
    }
    client.post("/compte/signup/", asked)
    assert not get_user_model().objects.filter(email="charlie@elsewhere.example").exists()
