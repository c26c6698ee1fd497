"""Which address of a request is believed."""

import pytest
from django.test import RequestFactory

from veille.client_ip import client_ip, network_of


def request(forwarded=None, peer="192.0.2.1"):
    headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "believed"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "10.0.0.1, 203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", None),
        (1, "", None),
        (1, None, None),
        (1, "unknown", None),
        (1, "<script>", None),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(settings, proxies, forwarded, believed):
    settings.TRUSTED_PROXIES = proxies
    assert client_ip(request(forwarded)) == believed


def test_a_unix_socket_has_no_address(settings):
    settings.TRUSTED_PROXIES = 0
    assert client_ip(request(peer="")) is None


def test_a_network_is_what_one_subscriber_of_a_provider_holds():
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert network_of(None) == ""
