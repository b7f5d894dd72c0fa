"""Logs: one JSON object a line, the person's data never in it."""

import json
import logging
import logging.config
from io import StringIO

import pytest

from qiying.config.logging import log_config


@pytest.fixture
def as_json():
    """The lines written, as objects; the root logger is put back afterwards."""
    root, written = logging.getLogger(), StringIO()
    handlers, level = root.handlers[:], root.level
    config = log_config("INFO", as_json=True)
    config["handlers"]["console"]["stream"] = written
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_one_json_object_with_time_level_and_logger(as_json):
    logging.getLogger("qiying.test").warning("期限已过 %s", "case:12")
    [line] = as_json()
    assert line["event"] == "期限已过 case:12"
    assert (line["level"], line["logger"]) == ("warning", "qiying.test")
    assert line["at"].endswith("Z")


def test_a_traceback_says_where_and_shows_no_local_variable(as_json):
    phone = "13800001111"
    try:
        raise ValueError("bad")
    except ValueError:
        logging.getLogger("qiying.test").exception("failed for somebody")
    [line] = as_json()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert phone not in json.dumps(line)


def test_what_is_below_the_level_is_not_written(as_json):
    logging.getLogger("qiying.test").debug("detail")
    assert as_json() == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/l/a-secret-token/", "/l/a-secret-token", "/nowhere/a-secret-token/"])
def test_lines_about_a_refused_request_never_hold_its_address(as_json, client, address):
    assert client.get(address).status_code in {301, 404, 410}
    client.post(address)
    text = json.dumps(as_json())
    assert "secret" not in text
    assert "l/<str:token>" in text or "(none)" in text
