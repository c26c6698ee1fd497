"""The addresses in our mails can be written to, and how safely."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..registry import Examination, Finding, error, info, ok, register
from .domains import from_domain, receiving_domains
from .names import Names


@register("sender.receives", "sender.no-mx", "sender.null-mx")
def mail_servers(examination: Examination) -> Iterator[Finding]:
    """The domains of From, Reply-To and Return-Path take mail: Outlook asks for it."""
    names = Names(examination)
    for domain in receiving_domains():
        servers = names.mail_servers(domain)
        if servers == [""]:
            yield error(
                "sender.null-mx",
                _("%(domain)s says that it takes no mail (null MX).") % {"domain": domain},
                _("Give it a mail server (MX), or use addresses of another domain."),
            )
        elif servers or names.addresses(domain):
            yield ok("sender.receives", _("%(domain)s takes mail.") % {"domain": domain})
        else:
            yield error(
                "sender.no-mx",
                _("%(domain)s has no mail server: answers and bounces are lost.") % {"domain": domain},
                _("Publish an MX record, or use addresses of another domain."),
            )


@register("sender.mta-sts", "sender.no-mta-sts", "sender.tls-rpt", "sender.no-tls-rpt")
def transport_security(examination: Examination) -> Iterator[Finding]:
    """Whether who writes to us is told to use TLS (MTA-STS, RFC 8461) and reports faults (RFC 8460)."""
    domain = from_domain()
    if not domain:
        return
    names = Names(examination)
    for id, name, version in (
        ("mta-sts", f"_mta-sts.{domain}", "v=STSv1"),
        ("tls-rpt", f"_smtp._tls.{domain}", "v=TLSRPTv1"),
    ):
        if any(text.startswith(version) for text in names.texts(name)):
            yield ok(f"sender.{id}", _("%(name)s is published.") % {"name": name})
        else:
            yield info(
                f"sender.no-{id}",
                _("%(name)s is not published: it concerns mail to you, and nobody asks for it.")
                % {"name": name},
            )
