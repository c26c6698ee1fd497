"""The way out: the mail server lets us in, or the provider's key is there. No mail is sent here."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext as _

from mailings.transports.providers import name_of

from .net import SECONDS, connect, days_left, is_near, reason
from .registry import Examination, Finding, error, info, ok, register, warning

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# An issue with its two forms; Gmail cuts what is longer.
LARGEST_MAIL = 400_000
FEW_DAYS = 14
# They track by themselves, and no mail can tell them not to.
_TRACKS_BY_ACCOUNT = {"brevo", "mailtrap", "postal", "resend", "scaleway"}
_CLOSED_DOORS = (OSError, smtplib.SMTPException)


@register("mail.provider", "mail.provider-key", "mail.provider-tracks", "mail.nowhere")
def provider(examination: Examination) -> Iterator[Finding]:
    """A provider's API has what it needs; mails do go somewhere."""
    backend = settings.MAILERS["default"]["BACKEND"]
    if backend == SMTP_BACKEND:
        return
    name = name_of(backend)
    if name is None:
        yield error(
            "mail.nowhere",
            _("Mails are handed to %(backend)s: readers get none.") % {"backend": backend},
            _("Set EMAIL_URL to a mail server or a provider’s API."),
        )
        return
    try:
        # Made, and not opened: anymail looks for its settings then.
        mailers["default"]
    except (AnymailError, ImproperlyConfigured, ImportError) as failure:
        yield error(
            "mail.provider-key",
            _("%(name)s cannot be used: %(reason)s")
            % {"name": name, "reason": " ".join(str(failure).split())[:200]},
            _("Put what it asks for into EMAIL_URL: backend://…?api_key=…"),
        )
        return
    yield ok("mail.provider", _("Mails go out by the API of %(name)s; its key is set.") % {"name": name})
    if name in _TRACKS_BY_ACCOUNT:
        yield info(
            "mail.provider-tracks",
            _("%(name)s cannot be told with a mail not to track.") % {"name": name},
            _("Switch tracking off at the provider: in France it needs its own consent (CNIL 2026-042)."),
        )


@register(
    "mail.answers",
    "mail.away",
    "mail.plain",
    "mail.plain-password",
    "mail.no-starttls",
    "mail.certificate",
    "mail.certificate-ends",
    "mail.certificate-bad",
    "mail.login",
    "mail.login-refused",
    "mail.small",
    "mail.slow",
)
def smtp(examination: Examination) -> Iterator[Finding]:
    """The mail server answers, by TLS, lets us in, and takes mails as large as ours."""
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"] != SMTP_BACKEND:
        return
    server = _Server(**mailer["OPTIONS"])
    try:
        yield from server.examined()
    except ssl.SSLCertVerificationError as failure:
        yield error(
            "mail.certificate-bad",
            _("The certificate of %(host)s is not to be trusted: %(reason)s.")
            % {"host": server.host, "reason": reason(failure).rstrip(".")},
            _("Renew it there, or name the server in EMAIL_URL as its certificate does."),
        )
    except _CLOSED_DOORS as failure:
        yield error(
            "mail.away",
            _("The mail server %(host)s, port %(port)d: %(reason)s.")
            % {"host": server.host, "port": server.port, "reason": _words(failure).rstrip(".")},
            _("Correct EMAIL_URL, or open the way: many hosts close port 25, and leave 587 and 465 open."),
        )


class _Line(smtplib.SMTP):
    """A connection that is opened within seconds, whatever hangs."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        super().__init__(host, port, timeout=SECONDS, local_hostname=DNS_NAME.get_fqdn())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = connect(host, port)
        return self._tls.wrap_socket(connection, server_hostname=host) if self._tls else connection


class _Server:
    """One visit to a mail server."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        use_tls: bool = False,
        use_ssl: bool = False,
        **others: Any,
    ) -> None:
        self.host, self.port = host, port
        self._username, self._password = username, password
        self._start_tls, self._implicit_tls = use_tls, use_ssl

    def examined(self) -> Iterator[Finding]:
        context = ssl.create_default_context()
        self._smtp = _Line(self.host, self.port, context if self._implicit_tls else None)
        try:
            yield from self._dialogue(context)
            with suppress(*_CLOSED_DOORS):
                self._smtp.quit()
        finally:
            self._smtp.close()

    def _dialogue(self, context: ssl.SSLContext) -> Iterator[Finding]:
        self._smtp.ehlo_or_helo_if_needed()
        yield ok("mail.answers", f"{self.host}:{self.port}: {self._extensions()}")
        if self._start_tls and not self._smtp.has_extn("starttls"):
            yield error(
                "mail.no-starttls",
                _("The server does not offer STARTTLS, and EMAIL_URL asks for it."),
                _("Use smtps:// (port 465) or another port."),
            )
            return
        if self._start_tls:
            self._smtp.starttls(context=context)
            self._smtp.ehlo()
        yield from self._privacy()
        yield from self._login()
        yield from self._abilities()

    def _extensions(self) -> str:
        names = [name.upper() for name in ("size", "8bitmime", "pipelining") if self._smtp.has_extn(name)]
        return ", ".join(names) or _("no extension")

    def _privacy(self) -> Iterator[Finding]:
        if self._start_tls or self._implicit_tls:
            yield certificate("mail", self.host, days_left(self._smtp.sock))
        elif is_near(self.host):
            return
        elif self._username:
            yield error(
                "mail.plain-password",
                _("The password goes to the mail server in clear."),
                _("Use smtp+tls:// (port 587) or smtps:// (port 465) in EMAIL_URL."),
            )
        else:
            yield warning(
                "mail.plain",
                _("Mails go to the mail server in clear."),
                _("Use smtp+tls:// (port 587) or smtps:// (port 465) in EMAIL_URL."),
            )

    def _login(self) -> Iterator[Finding]:
        if not self._username:
            return
        try:
            self._smtp.login(self._username, self._password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as failure:
            yield error(
                "mail.login-refused",
                _("The mail server does not let us in: %(reason)s.")
                % {"reason": _words(failure).rstrip(".")},
                _("Correct user and password in EMAIL_URL; their special signs are percent-encoded."),
            )
        else:
            yield ok("mail.login", _("The mail server lets us in."))

    def _abilities(self) -> Iterator[Finding]:
        size = self._smtp.esmtp_features.get("size", "")
        if size.isdigit() and 0 < int(size) < LARGEST_MAIL:
            yield error(
                "mail.small",
                _("The server takes mails of %(size)d octets at the most; an issue may be larger.")
                % {"size": int(size)},
                _("Raise its limit to 1 MB or more (Postfix: message_size_limit)."),
            )
        if not self._smtp.has_extn("pipelining"):
            yield info("mail.slow", _("The server offers no PIPELINING: each mail takes four round trips."))


def certificate(theme: str, host: str, days: int) -> Finding:
    """Judge the days that a certificate is still valid."""
    seen = _("The certificate of %(host)s is valid for %(days)d days.") % {"host": host, "days": days}
    if days < FEW_DAYS:
        return warning(f"{theme}.certificate-ends", seen, _("See why it is not renewed by itself."))
    return ok(f"{theme}.certificate", seen)


def _words(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        text = failure.smtp_error
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return " ".join(f"{failure.smtp_code} {said}".split())
    return reason(failure)
