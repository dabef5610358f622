"""What a failed request means: was nothing sent, was it refused, or do we not know?"""

import datetime
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from palier.drivers.errors import Busy, DriverError, Refused, Unknown
from palier.drivers.http import Http, without_secrets

SILENCE = b""
JSON = "Content-Type: application/json"


def answer(status: str, body: str, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


@contextmanager
def machine(says: bytes, wrap: Callable[[socket.socket], socket.socket] = lambda line: line) -> Iterator[str]:
    """A machine that hears one request, whole, and says these bytes; `wrap` may put TLS around the line."""

    def listen() -> None:
        line, _ = server.accept()
        with closing(line), wrap(line) as line:
            heard = b""
            while b"\r\n\r\n" not in heard:
                heard += line.recv(65536)
            line.sendall(says)

    def listen_quietly() -> None:
        try:
            listen()
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen_quietly, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def saying_in_turn(*says: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A machine that answers one request after the other; what it has heard is beside its address."""
    heard: list[bytes] = []

    def listen() -> None:
        for words in says:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                heard.append(line.recv(65536))
                line.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard


def http(url: str) -> Http:
    return Http(url, {"Authorization": "whm root:hush-hush"}, ("hush-hush",), read_seconds=0.2)


# what the machine says: (what it means for a read, what it means for an act)
MEANINGS: dict[str, tuple[bytes, type[DriverError], type[DriverError]]] = {
    "a line that is cut": (SILENCE, Busy, Unknown),
    "half an answer": (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Busy, Unknown),
    "not HTTP": (b"220 mail.example ESMTP\r\n", Busy, Unknown),
    "500": (answer("500 Oops", "{}"), Busy, Unknown),
    "502 from a proxy": (answer("502 Bad Gateway", "<h1>Bad Gateway</h1>"), Busy, Unknown),
    "503 without a word": (answer("503 Unavailable", ""), Busy, Unknown),
    "503 with Retry-After": (answer("503 Unavailable", "", "Retry-After: 7"), Busy, Busy),
    "429": (answer("429 Slow Down", ""), Busy, Busy),
    "a sign-in page": (answer("200 OK", "<html>Log in</html>"), Busy, Unknown),
    "a list": (answer("200 OK", "[]", JSON), Busy, Unknown),
    "401": (answer("401 Unauthorized", "{}", JSON), Refused, Refused),
    "404": (answer("404 Not Found", "nothing"), Refused, Refused),
    "a redirection": (answer("302 Found", "", "Location: https://elsewhere.example/"), Refused, Refused),
}


@pytest.mark.parametrize("said", MEANINGS)
def test_what_an_answer_means_for_a_read(said: str) -> None:
    says, meaning, _ = MEANINGS[said]
    with machine(says) as url, pytest.raises(meaning):
        http(url).read("POST", "/json-api/listpkgs")


@pytest.mark.parametrize("said", MEANINGS)
def test_what_an_answer_means_for_an_act(said: str) -> None:
    says, _, meaning = MEANINGS[said]
    with machine(says) as url, pytest.raises(meaning):
        http(url).act("POST", "/json-api/changepackage")


#: Nothing that the machine itself could have said: it may be down.
NO_ANSWER = {"a line that is cut", "half an answer", "not HTTP", "502 from a proxy", "503 without a word"}


@pytest.mark.parametrize("said", MEANINGS)
def test_a_machine_that_may_be_down_is_told_from_one_that_says_no(said: str) -> None:
    with machine(MEANINGS[said][0]) as url, pytest.raises(DriverError) as raised:
        http(url).act("POST", "/json-api/changepackage")
    assert raised.value.no_answer == (said in NO_ANSWER)


def test_a_json_object_is_the_answer() -> None:
    with machine(answer("200 OK", '{"metadata": {"result": 1}}', JSON)) as url:
        assert http(url).act("POST", "/") == {"metadata": {"result": 1}}


def test_silence_after_sending_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(Unknown, match="ReadTimeout"):
        http(f"http://127.0.0.1:{server.getsockname()[1]}").act("POST", "/")


def test_no_connection_is_busy_even_for_an_act() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(Busy):
        http(url).act("POST", "/")


@pytest.mark.parametrize("url", ["ftp://panel.example", "panel.example:2087", "https://panel.example:port"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        http(url).act("POST", "/")


def test_the_machine_says_when_to_come_back() -> None:
    with machine(answer("429 Slow Down", "", "Retry-After: 7")) as url, pytest.raises(Busy) as busy:
        http(url).act("POST", "/")

    assert busy.value.retry_after == datetime.timedelta(seconds=7)


@pytest.mark.parametrize("seconds", ["86400", "9" * 15, "9" * 5000])
def test_a_machine_that_wants_to_be_left_alone_for_days_is_not(seconds: str) -> None:
    with machine(answer("429 Slow Down", "", f"Retry-After: {seconds}")) as url, pytest.raises(Busy) as busy:
        http(url).act("POST", "/")

    assert busy.value.retry_after == datetime.timedelta(minutes=10)


def test_the_reason_in_a_refusal_is_kept() -> None:
    says = answer("403 Forbidden", '{"cpanelresult": {"data": {"reason": "Access denied"}}}', JSON)
    with machine(says) as url, pytest.raises(Refused, match="HTTP 403: Access denied"):
        http(url).act("POST", "/")


def test_a_token_that_the_machine_repeats_is_hidden() -> None:
    says = answer("403 Forbidden", '{"reason": "no token hush-hush for sapin-doux"}', JSON)
    with machine(says) as url, pytest.raises(Refused) as refusal:
        http(url).act("POST", "/", secrets=("sapin-doux",))

    assert refusal.value.reason == "HTTP 403: no token [hidden] for [hidden]"


def test_a_token_with_a_stray_line_end_is_not_quoted() -> None:
    with machine(SILENCE) as url, pytest.raises(Refused) as refusal:
        Http(url, {"Authorization": "whm root:hush-hush\n"}, ("hush-hush\n",)).act("POST", "/")

    assert "hush" not in refusal.value.reason


def test_a_token_that_no_header_can_carry_is_refused_and_not_quoted() -> None:
    with machine(SILENCE) as url, pytest.raises(Refused, match="stray character") as refusal:
        Http(url, {"Authorization": "whm root:hush-é"}, ("hush-é",)).act("POST", "/")

    assert "hush" not in refusal.value.reason


@pytest.mark.parametrize(
    "written", ["pa%22ss%26%2B+w", "pa%22ss%26%2B%20w", "pa&quot;ss&amp;+ w", r"pa\"ss&+ w"]
)
def test_a_secret_is_hidden_however_the_machine_writes_it(written: str) -> None:
    assert without_secrets(f"no: {written}.", ('pa"ss&+ w',)) == "no: [hidden]."


def test_a_read_is_asked_again_when_the_line_breaks() -> None:
    with saying_in_turn(SILENCE, SILENCE, answer("200 OK", '{"it": "works"}', JSON)) as (url, heard):
        assert http(url).read("GET", "/") == {"it": "works"}
    assert len(heard) == 3


def test_an_act_is_sent_once() -> None:
    with saying_in_turn(SILENCE, answer("200 OK", "{}", JSON)) as (url, heard), pytest.raises(Unknown):
        http(url).act("POST", "/")
    assert len(heard) == 1


def test_a_read_that_was_answered_is_not_asked_again() -> None:
    answers = (answer("500 Oops", "{}"), answer("200 OK", "{}", JSON))
    with saying_in_turn(*answers) as (url, heard), pytest.raises(Busy):
        http(url).read("GET", "/")
    assert len(heard) == 1


def test_an_error_holds_no_request_and_so_no_header() -> None:
    with machine(SILENCE) as url, pytest.raises(Unknown) as error:
        http(url).act("POST", "/")

    assert error.value.__cause__ is None and error.value.__context__ is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "go to https://h/cpsess0123456789/login/?session=abc%3a1",
            "go to https://h/[hidden]/login/?[hidden]",
        ),
        ("<b>Sorry</b>,\n  the plan&nbsp;is", "Sorry , the plan&nbsp;is"),
        ("user=alice&password=sapin&plan=a", "user=alice&[hidden]&plan=a"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(said: str, left: str) -> None:
    assert without_secrets(said, ()) == left


def test_a_long_reason_is_cut() -> None:
    assert without_secrets("x" * 1000, ()) == "x" * 299 + "…"
