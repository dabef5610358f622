"""DATABASE_URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database.address import PREPARED, settings_from_url, settings_of_embedded


def test_a_url_becomes_djangos_settings_with_its_escapes_undone():
    found = settings_from_url("postgresql://us%40er:p%2Fw@db.example:5433/palier?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "us@er", "p/w", "db.example", "5433", "palier",
    )  # fmt: skip
    assert found["OPTIONS"] == {**PREPARED, "sslmode": "require"}


def test_another_database_than_postgresql_is_refused_in_words():
    with pytest.raises(ImproperlyConfigured, match="needs PostgreSQL"):
        settings_from_url("mysql://x@y/z")


def test_before_the_embedded_server_has_ever_run_there_is_nothing_to_connect_to(tmp_path):
    assert settings_of_embedded(tmp_path)["PORT"] == "0"
