"""What gunicorn writes down of a request."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from veille.watching.access_log import Logger


@pytest.fixture
def log(tmp_path, settings, monkeypatch):
    """Write one request down in a form. Gives what stands there then."""

    def write(form, path, query="", **headers):
        settings.VEILLE_LOG_FORMAT = form
        config, file = Config(), tmp_path / "access.log"
        config.set("accesslog", str(file))
        logger = Logger(config)
        response = SimpleNamespace(status="200 OK", sent=42, headers=[("X-Request-ID", "0198-request")])
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path.encode().decode("latin-1"),
            "RAW_URI": f"{path}?{query}",
            "QUERY_STRING": query,
            "REMOTE_ADDR": "192.0.2.77",
            "HTTP_REFERER": "https://veille.example/preferences/referred/",
            "HTTP_USER_AGENT": "Agent of Zoé",
        }
        logger.access(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=1, milliseconds=234))
        for handler in [*logger.access_log.handlers, *logger.error_log.handlers]:
            handler.close()
        return file.read_text()

    return write


def test_it_says_what_was_asked_and_how_it_was_answered(log):
    entry = json.loads(log("json", "/numéros/12/"))
    del entry["time"]
    assert entry == {
        "level": "INFO",
        "logger": "gunicorn.access",
        "message": "GET /numéros/12/ 200",
        "request_id": "0198-request",
        "method": "GET",
        "path": "/numéros/12/",
        "status": 200,
        "bytes": 42,
        "seconds": 1.234,
    }


@pytest.mark.parametrize("form", ["json", "text"])
def test_it_keeps_no_token_no_search_and_nobodys_address(log, form):
    written = log(form, "/desabonnement/" + "t0ken" * 6 + "/", "q=Zo%C3%A9&email=zoe%40example.org")
    assert "/desabonnement/[token]/" in written
    for secret in ("t0ken", "q=", "zoe", "192.0.2.77", "referred", "Agent"):
        assert secret not in written


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_path_cannot_begin_another_line(log, form):
    _first, *rest = log(form, "/a\r\n2026-01-01 00:00:00 ERROR root: forged").splitlines()
    assert all(line.startswith("    ") for line in rest)
