"""The one certificate that is pinned is believed, whatever name it bears; nothing else is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from palier.drivers.certificates import (
    NotACertificate,
    fingerprint,
    same_fingerprint,
    seen_at,
    shown_by,
    trusting,
    valid_until,
)
from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.http import Http
from palier.drivers.session import meaning, session
from tests.drivers.tls import self_signed, speaking_tls

NOBODY_LISTENS = "https://127.0.0.1:9"


@pytest.fixture(scope="module")
def ours() -> tuple[str, str]:
    return self_signed("panel.invalid")


@pytest.fixture(scope="module")
def anothers() -> tuple[str, str]:
    return self_signed("panel.invalid")


def test_a_certificate_that_nobody_vouches_for_is_refused(ours: tuple[str, str]) -> None:
    with speaking_tls(*ours) as url, pytest.raises(Refused, match="certificate is not trusted"):
        Http(url, {}).read("GET", "/")


def test_the_pinned_certificate_is_believed_whatever_name_it_bears(ours: tuple[str, str]) -> None:
    with speaking_tls(*ours) as url:
        assert Http(url, {}, certificate=ours[0]).read("GET", "/") == {"it": "works"}


def test_another_certificate_with_the_same_name_is_refused(
    ours: tuple[str, str], anothers: tuple[str, str]
) -> None:
    with speaking_tls(*anothers) as url, pytest.raises(Refused, match="certificate is not trusted"):
        Http(url, {}, certificate=ours[0]).act("POST", "/")


def test_what_is_no_certificate_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Refused, match="not a certificate"):
        Http(NOBODY_LISTENS, {}, certificate="sha256:abcd").act("POST", "/")


def test_a_person_can_compare_what_a_machine_shows(ours: tuple[str, str]) -> None:
    with speaking_tls(*ours) as url:
        assert fingerprint(shown_by(url)) == fingerprint(ours[0])


def test_what_is_seen_is_believed_only_where_it_is_pinned(
    ours: tuple[str, str], anothers: tuple[str, str]
) -> None:
    with speaking_tls(*ours) as url:
        distrusted, believed, another = (seen_at(url, pinned) for pinned in ("", ours[0], anothers[0]))
    assert fingerprint(distrusted.certificate) == fingerprint(ours[0])
    assert distrusted.distrust == "self-signed certificate"
    assert (fingerprint(believed.certificate), believed.distrust) == (fingerprint(ours[0]), "")
    assert another.distrust


def test_where_nobody_listens_nothing_is_seen() -> None:
    with pytest.raises(OSError):
        seen_at(NOBODY_LISTENS)


@pytest.mark.parametrize("written", ["{0}", "{1}", "SHA256:{1}", "sha256 Fingerprint={0}", " {0} "])
def test_a_fingerprint_is_the_same_however_it_is_written(ours: tuple[str, str], written: str) -> None:
    shown = fingerprint(ours[0])
    assert same_fingerprint(written.format(shown, shown.replace(":", "").lower()), shown)


@pytest.mark.parametrize("written", ["", ":", "AB", "SHA256:"])
def test_a_part_of_a_fingerprint_is_none(ours: tuple[str, str], written: str) -> None:
    assert not same_fingerprint(written, fingerprint(ours[0]))
    assert not same_fingerprint(written, written)


def test_a_certificate_says_when_it_ends(ours: tuple[str, str]) -> None:
    assert timedelta(hours=23) < valid_until(ours[0]) - datetime.now(UTC) < timedelta(hours=25)


def test_only_an_https_address_shows_one() -> None:
    with pytest.raises(ValueError, match="not an https address"):
        shown_by("http://panel.example")


def test_a_context_is_made_once_for_each_certificate(ours: tuple[str, str]) -> None:
    assert trusting(ours[0]) is trusting(ours[0])
    with pytest.raises(NotACertificate):
        trusting("nonsense")


# The same for libraries that bring their own calls


def test_a_session_believes_the_pinned_certificate_alone(
    ours: tuple[str, str], anothers: tuple[str, str]
) -> None:
    with speaking_tls(*ours) as url:
        assert session(ours[0]).get(url).json() == {"it": "works"}
    with speaking_tls(*anothers) as url, pytest.raises(requests.exceptions.SSLError):
        session(ours[0]).get(url)


def test_no_argument_and_no_variable_switches_it_off(
    ours: tuple[str, str], anothers: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(anothers[0])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(bundle))
    with speaking_tls(*anothers) as url:
        with pytest.raises(requests.exceptions.SSLError):
            session(ours[0]).get(url)
        with pytest.raises(requests.exceptions.SSLError):
            session(ours[0]).get(url, verify=False)


def test_a_session_tells_nothing_sent_from_not_known(
    ours: tuple[str, str], anothers: tuple[str, str]
) -> None:
    with pytest.raises(Busy), meaning(True, str):
        session().post(NOBODY_LISTENS)
    with (
        speaking_tls(*anothers) as url,
        pytest.raises(Refused, match="certificate is not trusted"),
        meaning(True, str),
    ):
        session(ours[0]).post(url)
    with speaking_tls(*ours, silent=True) as url:
        with pytest.raises(Unknown), meaning(True, str):
            session(ours[0], read_seconds=0.3).post(url)
        with pytest.raises(Busy), meaning(False, str):
            session(ours[0], read_seconds=0.3).get(url)
