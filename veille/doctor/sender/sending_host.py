"""The name of this machine, where it hands mails to the world itself."""

import ipaddress
import socket
from collections.abc import Iterator

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext as _

from ..mail import SMTP_BACKEND
from ..net import is_this_machine
from ..registry import Examination, Finding, error, info, ok, register
from .domains import from_domain
from .names import Names

# An address of the Internet, to see by which of ours we would get there. Nothing is sent to it.
_OUT_THERE = ("192.0.2.1", 9)


@register("sender.ptr", "sender.no-ptr", "sender.ptr-unconfirmed", "sender.ptr-elsewhere")
def reverse_name(examination: Examination) -> Iterator[Finding]:
    """The address that mails leave from has a name, and that name that address (FCrDNS)."""
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"] != SMTP_BACKEND or not from_domain():
        return
    if not is_this_machine(mailer["OPTIONS"]["host"]):
        # The other machine's name is its operator's matter.
        return
    address = outward_address()
    if not address or not ipaddress.ip_address(address).is_global:
        yield info(
            "sender.ptr-elsewhere",
            _("This machine has a private address: its name on the Internet cannot be seen from here."),
            _("See that the public address has a PTR record, and that this name leads back to it."),
        )
        return
    yield judge(Names(examination), address)


def judge(names: Names, address: str) -> Finding:
    """Say whether an address has a name that leads back to it."""
    found = names.names_of(address)
    if not found:
        return error(
            "sender.no-ptr",
            _("The address that mails leave from has no name (PTR): Gmail (5.7.25) and Orange refuse it."),
            _("Set the reverse name at the host: %(name)s") % {"name": DNS_NAME.get_fqdn()},
        )
    if any(address in names.addresses(name) for name in found):
        return ok(
            "sender.ptr",
            _("The address that mails leave from is named %(name)s, both ways.") % {"name": found[0]},
        )
    return error(
        "sender.ptr-unconfirmed",
        _("The address that mails leave from is named %(name)s, which does not lead back to it.")
        % {"name": found[0]},
        _("Publish an A or AAAA record of that name with that address."),
    )


def outward_address() -> str:
    """Give the address of this machine towards the Internet; empty where there is no way."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_OUT_THERE)
            return str(probe.getsockname()[0])
    except OSError:
        return ""
