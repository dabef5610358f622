"""The secrets of an installation."""

import stat

import pytest
from cryptography.fernet import Fernet

from config import keys


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv("PALIER_SECRET_KEY", raising=False)
    monkeypatch.delenv("PALIER_KEYS", raising=False)


def test_they_are_written_once_for_their_owner_only_and_found_again(tmp_path):
    found = keys.find(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
    assert keys.find(tmp_path) == found
    assert Fernet(found.encryption_keys[0])
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_two_installations_have_different_ones(tmp_path):
    assert keys.find(tmp_path / "one") != keys.find(tmp_path / "two")


def test_those_of_the_environment_need_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PALIER_SECRET_KEY", "signing")
    monkeypatch.setenv("PALIER_KEYS", "new,old")
    assert keys.find(tmp_path) == keys.Keys("signing", ("new", "old"))
    assert not (tmp_path / "keys").exists()
