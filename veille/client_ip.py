"""The network address of a visitor, believed only as far as our own proxies wrote it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """Give the visitor's address, or None where it is not known (a Unix socket, a broken header).

    Each of the `settings.TRUSTED_PROXIES` proxies appends the address it was called from to
    X-Forwarded-For; whatever stands further left was written by the visitor, and is not read.
    """
    chain = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        chain = request.headers.get("X-Forwarded-For", "").split(",")[-settings.TRUSTED_PROXIES :]
        if len(chain) < settings.TRUSTED_PROXIES:
            return None
    try:
        address = ipaddress.ip_address(chain[0].strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or ipaddress.IPv6Address(int(address))
    return str(address)


def network_of(ip: str | None) -> str:
    """Give the network that one subscriber of a provider holds: an IPv4 address, or an IPv6 /64.

    Empty for an unknown address.
    """
    if ip is None:
        return ""
    prefix = 32 if ipaddress.ip_address(ip).version == 4 else 64
    network = ipaddress.ip_network((ip, prefix), strict=False)
    return str(network.network_address) if prefix == 32 else str(network)
