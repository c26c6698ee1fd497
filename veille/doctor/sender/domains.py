"""The domains that a mail of ours names."""

import ipaddress

from django.conf import settings

from mailings.bounces.verp import unsubscribe_address
from mailings.compose import ComposeError, from_address
from mailings.transports.providers import name_of

# RFC 2606 and 6761, and what private networks use.
_NOWHERE = {"example", "home", "internal", "invalid", "lan", "local", "localhost", "test"}


def domain_of(address: str) -> str:
    """Give the domain of a mail address, in lower case; empty for none."""
    return address.rpartition("@")[2].strip("> ").lower()


def from_domain() -> str:
    """Give the domain of the From header; empty where it is none that the world knows."""
    try:
        domain = domain_of(from_address()[1])
    except ComposeError:
        return ""
    return domain if is_public(domain) else ""


def envelope_domain() -> str:
    """Give the domain of the Return-Path, by which SPF is asked; empty where a provider writes its own."""
    if name_of(settings.MAILERS["default"]["BACKEND"]):
        return ""
    return domain_of(settings.VEILLE_BOUNCE_ADDRESS) or from_domain()


def receiving_domains() -> list[str]:
    """Give the public domains of all addresses in our mails, each once."""
    newsletter = settings.NEWSLETTER
    addresses = (settings.VEILLE_BOUNCE_ADDRESS, newsletter["reply_to"], unsubscribe_address())
    domains = [from_domain(), *map(domain_of, addresses)]
    return [domain for domain in dict.fromkeys(domains) if is_public(domain)]


def is_public(domain: str) -> bool:
    """Whether the world's name servers may know a domain."""
    try:
        ipaddress.ip_address(domain.strip("[]"))
    except ValueError:
        labels = domain.split(".")
        return len(labels) > 1 and labels[-1] not in _NOWHERE and all(labels)
    return False
