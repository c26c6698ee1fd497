"""The way out under the doctor's eyes, with real servers."""

from contextlib import contextmanager

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from tests.sink import a_sink, free_port
from veille.doctor import mail
from veille.mail_url import mailer_from_url
from veille.settings import env

from .conftest import found, server_context


@pytest.fixture
def way_out(settings):
    """Set EMAIL_URL."""

    def set_url(url):
        settings.MAILERS = {"default": mailer_from_url(env, url)}

    return set_url


def only_sesame(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == b"sesame", handled=False)


@contextmanager
def a_tls_sink(authority, *names, **options):
    """A sink that offers STARTTLS and then asks for the password `sesame`."""
    context = server_context(authority.issue_cert(*(names or ("127.0.0.1",))))
    with a_sink(tls_context=context, authenticator=only_sesame, **options) as sink:
        yield sink


def test_a_server_that_answers_is_well(way_out):
    with a_sink() as sink:
        way_out(sink.url)
        seen = found(mail.smtp)
    # The tests' server does not know PIPELINING.
    assert list(seen) == ["mail.answers", "mail.slow"]
    assert "SIZE, 8BITMIME" in seen["mail.answers"]
    assert not sink.received


def test_starttls_and_a_login_are_well(way_out, authority, trusted):
    with a_tls_sink(authority) as sink:
        way_out(f"smtp+tls://veille:sesame@127.0.0.1:{sink.port}")
        seen = found(mail.smtp)
    assert list(seen) == ["mail.answers", "mail.certificate", "mail.login", "mail.slow"]
    assert "127.0.0.1" in seen["mail.certificate"]


def test_a_wrong_password_is_an_error(way_out, authority, trusted):
    with a_tls_sink(authority) as sink:
        way_out(f"smtp+tls://veille:simsalabim@127.0.0.1:{sink.port}")
        assert "535" in found(mail.smtp)["mail.login-refused"]


def test_a_login_where_none_is_offered_is_an_error(way_out):
    with a_sink() as sink:
        way_out(f"smtp://veille:sesame@127.0.0.1:{sink.port}")
        assert "mail.login-refused" in found(mail.smtp)


def test_tls_from_the_first_byte_is_well(way_out, authority, trusted):
    context = server_context(authority.issue_cert("127.0.0.1"))
    with a_sink(ssl_context=context) as sink:
        way_out(f"smtps://127.0.0.1:{sink.port}")
        assert "mail.certificate" in found(mail.smtp)


def test_a_certificate_of_nobody_known_is_an_error(way_out, authority):
    with a_tls_sink(authority) as sink:
        way_out(f"smtp+tls://127.0.0.1:{sink.port}")
        assert "certificate" in found(mail.smtp)["mail.certificate-bad"]


def test_a_certificate_of_another_name_is_an_error(way_out, authority, trusted):
    with a_tls_sink(authority, "mail.elsewhere.example") as sink:
        way_out(f"smtp+tls://127.0.0.1:{sink.port}")
        assert "mismatch" in found(mail.smtp)["mail.certificate-bad"]


@pytest.mark.parametrize(("days", "id"), [(13, "mail.certificate-ends"), (14, "mail.certificate")])
def test_a_certificate_that_ends_soon_is_warned_of(days, id):
    assert mail.certificate("mail", "host", days).id == id


def test_starttls_that_is_not_offered_is_an_error(way_out):
    with a_sink() as sink:
        way_out(f"smtp+tls://127.0.0.1:{sink.port}")
        assert list(found(mail.smtp)) == ["mail.answers", "mail.no-starttls"]


def test_nobody_there_is_an_error(way_out):
    way_out(f"smtp://127.0.0.1:{free_port()}")
    assert "refused" in found(mail.smtp)["mail.away"]


class Unfriendly(SMTP):
    async def smtp_EHLO(self, hostname):
        await self.push("554 5.7.1 you are veille@example.org")


def test_a_server_that_wants_none_of_us_is_quoted(way_out, monkeypatch):
    monkeypatch.setattr("aiosmtpd.controller.SMTP", Unfriendly)
    monkeypatch.setattr(SMTP, "smtp_HELO", Unfriendly.smtp_EHLO)
    with a_sink() as sink:
        way_out(sink.url)
        assert "554 5.7.1" in found(mail.smtp)["mail.away"]


@pytest.mark.parametrize(
    ("credentials", "id"), [("", "mail.plain"), ("veille:sesame@", "mail.plain-password")]
)
def test_what_goes_out_in_clear_is_told(way_out, monkeypatch, credentials, id):
    with a_sink() as sink:
        way_out(f"smtp://{credentials}127.0.0.1:{sink.port}")
        monkeypatch.setattr(mail, "is_near", lambda host: False)
        assert id in found(mail.smtp)


def test_a_server_that_takes_small_mails_only_is_an_error(way_out):
    with a_sink(data_size_limit=50_000) as sink:
        way_out(sink.url)
        assert "50000" in found(mail.smtp)["mail.small"]


def test_a_provider_needs_its_key(way_out):
    way_out("backend://anymail.backends.mailgun.EmailBackend")
    assert list(found(mail.provider)) == ["mail.provider-key"]
    way_out("backend://anymail.backends.mailgun.EmailBackend?api_key=0123456789")
    assert list(found(mail.provider)) == ["mail.provider"]
    assert found(mail.smtp) == {}


def test_one_that_tracks_by_itself_is_told(way_out):
    way_out("backend://anymail.backends.brevo.EmailBackend?api_key=0123456789")
    assert list(found(mail.provider)) == ["mail.provider", "mail.provider-tracks"]


@pytest.mark.parametrize("url", ["memorymail://", "consolemail://"])
def test_mails_that_go_nowhere_are_an_error(way_out, url):
    way_out(url)
    assert list(found(mail.provider)) == ["mail.nowhere"]
