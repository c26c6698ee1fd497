"""The site under the doctor's eyes, behind real servers."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sink import free_port
from veille.doctor import site
from veille.doctor.registry import CouldNotAsk

from .conftest import found, server_context


@contextmanager
def a_site(context=None, *, status=200, **headers):
    """A web server that answers all alike; over TLS if there is a context. Gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            # A client that trusts us not hangs up.
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def over_tls(authority, *names, **options):
    return a_site(server_context(authority.issue_cert(*(names or ("127.0.0.1",)))), **options)


def test_a_site_over_tls_is_well(settings, authority, trusted):
    with over_tls(authority, Strict_Transport_Security="max-age=31536000; includeSubDomains") as port:
        settings.SITE_URL = f"https://127.0.0.1:{port}"
        assert list(found(site.home)) == ["site.certificate", "site.answers", "site.hsts"]


@pytest.mark.parametrize("header", ["max-age=60", "max-age=x", "includeSubDomains", ""])
def test_browsers_must_be_told_to_keep_to_https(settings, authority, trusted, header):
    with over_tls(authority, Strict_Transport_Security=header) as port:
        settings.SITE_URL = f"https://127.0.0.1:{port}"
        assert "site.no-hsts" in found(site.home)


def test_a_certificate_of_nobody_known_is_an_error(settings, authority):
    with over_tls(authority) as port:
        settings.SITE_URL = f"https://127.0.0.1:{port}"
        assert "certificate" in found(site.home)["site.certificate-bad"]


def test_a_certificate_of_another_name_is_an_error(settings, authority, trusted):
    with over_tls(authority, "elsewhere.example") as port:
        settings.SITE_URL = f"https://127.0.0.1:{port}"
        assert "mismatch" in found(site.home)["site.certificate-bad"]


def test_a_site_that_fails_is_an_error(settings):
    with a_site(status=503) as port:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        assert "503" in found(site.home)["site.fails"]


def test_nobody_there_is_an_error_on_this_machine(settings):
    settings.SITE_URL = f"http://127.0.0.1:{free_port()}"
    assert list(found(site.home)) == ["site.away"]


def test_a_name_that_cannot_be_reached_from_here_is_no_verdict(settings):
    settings.SITE_URL = "https://veille.invalid"
    for check in (site.home, site.redirect):
        with pytest.raises(CouldNotAsk, match=r"veille\.invalid"):
            found(check)


@pytest.fixture
def behind(settings, monkeypatch):
    """The site is https on its usual port, and http answers on this one."""

    def set_port(port):
        settings.SITE_URL = "https://127.0.0.1"
        monkeypatch.setattr(site, "HTTP_PORT", port)

    return set_port


@pytest.mark.parametrize(
    ("status", "target", "id"),
    [
        (308, "https://127.0.0.1/healthz", "site.redirects"),
        (301, "https://127.0.0.1/healthz", "site.redirects"),
        (302, "https://127.0.0.1/healthz", "site.no-redirect"),
        (308, "http://127.0.0.1/healthz", "site.no-redirect"),
        (200, "", "site.no-redirect"),
    ],
)
def test_http_must_lead_to_https(behind, status, target, id):
    with a_site(status=status, Location=target) as port:
        behind(port)
        assert list(found(site.redirect)) == [id]


def test_no_http_at_all_is_well(behind):
    behind(free_port())
    assert list(found(site.redirect)) == ["site.no-http"]


def test_a_site_without_https_has_nowhere_to_lead(settings):
    settings.SITE_URL = "http://127.0.0.1"
    assert found(site.redirect) == {}
