"""Log lines: one per request, with its id, and never a secret."""

import io
import json
import logging
from contextlib import redirect_stderr

import django
import pytest
import structlog

from config.logs import WithoutUpkeep, formatter
from config.redaction import HIDDEN, without_secrets
from config.request_id import RequestId


@pytest.fixture
def lines():
    """What a production log would hold, as it is written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter("json"))
    logger = logging.getLogger()
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_a_request_is_one_line_with_the_id_that_its_answer_carries(client, lines, db):
    response = client.get("/no-such-page/?token=abc", headers={"x-request-id": "from-the-proxy-1"})
    assert response["X-Request-ID"] == "from-the-proxy-1"
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert (line["request_id"], line["path"], line["status"]) == ("from-the-proxy-1", "/no-such-page/", 404)
    assert "abc" not in json.dumps(line)


@pytest.mark.parametrize("given", ["", "short", "with space and more", "x" * 65, "line\nbreak-in-it"])
def test_an_id_that_is_not_well_formed_is_replaced(client, db, given):
    assert client.get("/-/health", headers={"x-request-id": given})["X-Request-ID"] != given


def test_a_part_of_the_path_as_long_as_a_token_is_not_written(rf, lines):
    from django.http import HttpResponse

    RequestId(lambda request: HttpResponse())(rf.get(f"/changes/{'t' * 60}/check/"))
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["path"] == "/changes/…/check/"


def test_ids_bound_by_who_works_are_on_the_lines_of_every_logger(lines):
    with structlog.contextvars.bound_contextvars(change_id="c1", job_id=7):
        logging.getLogger("palier.test").warning("from the standard library")
        structlog.get_logger("palier.test").warning("from structlog")
    assert [(line["change_id"], line["job_id"]) for line in lines()] == [("c1", 7)] * 2


def test_a_secret_is_hidden_by_its_name_however_deep(lines):
    structlog.get_logger("palier.test").warning(
        "called",
        password="hunter2",
        headers={"Authorization": "whm root:abcdef", "Accept": "text/html"},
        attempts=[{"api_key": "k1"}],
        account="alice",
    )
    (line,) = lines()
    assert line["password"] == line["headers"]["Authorization"] == line["attempts"][0]["api_key"] == HIDDEN
    assert (line["headers"]["Accept"], line["account"]) == ("text/html", "alice")


def test_a_secret_is_hidden_in_a_sentence_and_in_a_traceback(lines):
    try:
        raise ValueError("cannot reach https://root:hunter2@panel.example/ with token=abcdef123")
    except ValueError:
        logging.getLogger("palier.test").exception("call with password: %s failed", "hunter2")
    written = json.dumps(lines())
    assert "hunter2" not in written
    assert "abcdef123" not in written
    assert "panel.example" in written


def test_a_traceback_says_where_and_not_the_values_of_variables(lines):
    def call_the_panel(what_the_client_typed):
        raise ValueError("refused")

    try:
        call_the_panel("correct horse battery")
    except ValueError:
        logging.getLogger("palier.test").exception("failed")
    written = json.dumps(lines())
    assert "call_the_panel" in written
    assert "battery" not in written.replace('"correct horse battery")', "")


@pytest.mark.parametrize(
    "sentence",
    [
        "Authorization: Bearer abcdefghijkl",
        "authorization=whm root:SECRETSECRET",
        '{"password": "SECRET"}',
        "new_password=SECRET&user=alice",
        "postgresql://palier:SECRET@127.0.0.1/palier",
        "gAAAAABmSECRETSECRETSECRETSECRET",
    ],
)
def test_the_usual_disguises_of_a_secret(sentence):
    hidden = without_secrets(sentence)
    assert HIDDEN in hidden
    assert "SECRET" not in hidden
    assert "abcdefghijkl" not in hidden


def test_an_ordinary_sentence_is_left_alone():
    sentence = "The change c1 passed preflight; 12.4 of 10 GB; the tokens of style are many."
    assert without_secrets(sentence) == sentence


@pytest.mark.parametrize(
    ("queue", "level", "kept"), [("upkeep", 20, False), ("upkeep", 40, True), ("", 20, True)]
)
def test_the_queues_own_upkeep_is_silent_unless_it_fails(queue, level, kept):
    record = logging.LogRecord("procrastinate.worker", level, "", 0, "done", None, None)
    record.job = {"queue": queue}
    assert WithoutUpkeep().filter(record) is kept


def test_a_line_goes_to_what_is_standard_error_when_it_is_written():
    with redirect_stderr(io.StringIO()) as of_the_start:
        django.setup()
    of_the_start.close()
    with redirect_stderr(io.StringIO()) as of_now:
        logging.getLogger("palier.test").error("written later")
    (line,) = of_now.getvalue().splitlines()
    assert "written later" in line
