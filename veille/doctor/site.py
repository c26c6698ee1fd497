"""The site from outside: it answers, its certificate is good, http leads to https."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .mail import certificate
from .net import SECONDS, connect, could_not_ask, days_left, is_this_machine, reason
from .registry import Examination, Finding, error, ok, register, warning

PATH = "/healthz"
HTTP_PORT = 80
# Gmail and browsers' preload lists ask for more; below a month it protects hardly anybody.
SHORT_HSTS_SECONDS = 30 * 86400


@register(
    "site.answers",
    "site.fails",
    "site.away",
    "site.certificate",
    "site.certificate-ends",
    "site.certificate-bad",
    "site.hsts",
    "site.no-hsts",
)
def home(examination: Examination) -> Iterator[Finding]:
    """SITE_URL answers, under a certificate that browsers trust."""
    site = urlsplit(settings.SITE_URL)
    try:
        line = _open(site)
    except ssl.SSLCertVerificationError as failure:
        yield error(
            "site.certificate-bad",
            _("The certificate of %(host)s is not to be trusted: %(reason)s.")
            % {"host": site.hostname, "reason": reason(failure).rstrip(".")},
            _("Renew it at the proxy; readers and mailbox providers turn away until then."),
        )
        return
    except OSError as failure:
        if is_this_machine(site.hostname or ""):
            yield error(
                "site.away",
                _("The site does not answer at SITE_URL: %(reason)s.") % {"reason": reason(failure)},
                _("Start it, or correct SITE_URL."),
            )
            return
        # From inside, a public name is often out of reach.
        raise could_not_ask(_("the site %(host)s") % {"host": site.hostname}, failure) from None
    if site.scheme == "https":
        yield certificate("site", str(site.hostname), days_left(line.sock))
    yield from _answer(site, line)


def _answer(site: SplitResult, line: http.client.HTTPConnection) -> Iterator[Finding]:
    answer = _get(line, site)
    if answer.status == 200:
        yield ok("site.answers", _("The site answers at SITE_URL."))
    else:
        yield error(
            "site.fails",
            _("%(path)s at SITE_URL answers %(status)d.") % {"path": PATH, "status": answer.status},
            _("400: ALLOWED_HOSTS. 301: VEILLE_TRUSTED_PROXIES. 502: the proxy. 503: maintenance."),
        )
    if site.scheme != "https":
        return
    seconds = _max_age(answer.getheader("Strict-Transport-Security", ""))
    if seconds < SHORT_HSTS_SECONDS:
        yield warning(
            "site.no-hsts",
            _("Browsers are not told to keep to https, or for less than a month (HSTS)."),
            _("Set VEILLE_HSTS_SECONDS=31536000 once https works for good, and let the proxy pass it on."),
        )
    else:
        yield ok("site.hsts", _("Browsers keep to https (HSTS)."))


@register("site.redirects", "site.no-redirect", "site.no-http")
def redirect(examination: Examination) -> Iterator[Finding]:
    """Who comes by http is led to https."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or site.port not in (None, 443):
        return
    plain = site._replace(scheme="http", netloc=f"{site.hostname}:{HTTP_PORT}")
    try:
        answer = _get(_open(plain), plain)
    except ConnectionRefusedError:
        yield ok("site.no-http", _("Nothing listens to http."))
        return
    except OSError as failure:
        raise could_not_ask(_("the site %(host)s") % {"host": site.hostname}, failure) from None
    target = answer.getheader("Location", "")
    if answer.status in (301, 308) and target.startswith("https:"):
        yield ok("site.redirects", _("http leads to https."))
    else:
        yield warning(
            "site.no-redirect",
            _("http answers %(status)d and does not lead to https.") % {"status": answer.status},
            _("Let the proxy answer http with 308 to https."),
        )


def _open(site: SplitResult) -> http.client.HTTPConnection:
    """Connect to a site. Raises OSError."""
    host, tls = site.hostname or "", site.scheme == "https"
    sock: socket.socket = connect(host, site.port or (443 if tls else 80))
    if tls:
        sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    line = http.client.HTTPConnection(host, site.port, timeout=SECONDS)
    line.sock = sock
    return line


def _get(line: http.client.HTTPConnection, site: SplitResult) -> http.client.HTTPResponse:
    """Ask for the health of a site. Raises CouldNotAsk."""
    try:
        line.request(
            "GET",
            PATH,
            headers={"Host": site.netloc.removesuffix(f":{HTTP_PORT}"), "User-Agent": "veille-doctor"},
        )
        answer = line.getresponse()
        answer.read(64 * 1024)
    except (OSError, http.client.HTTPException) as failure:
        raise could_not_ask(_("the site %(host)s") % {"host": site.hostname}, failure) from None
    finally:
        line.close()
    return answer


def _max_age(header: str) -> int:
    for part in header.split(";"):
        name, _equals, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.strip('"').isdigit():
            return int(value.strip('"'))
    return 0
