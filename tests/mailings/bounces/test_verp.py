"""Only who got a message knows the address that it comes back to."""

from hypothesis import given
from hypothesis import strategies as st

from mailings.bounces import verp


def test_a_return_path_names_its_delivery():
    assert verp.delivery_of(verp.return_path(1234)) == 1234


def test_a_server_may_change_its_case():
    assert verp.delivery_of(f"<{verp.return_path(7).upper()}>") == 7


def test_the_mac_of_another_delivery_is_not_believed():
    assert verp.delivery_of(verp.return_path(7).replace("+7-", "+8-")) is None


def test_the_longest_fits_the_local_part_of_an_address():
    assert len(verp.return_path(10**18 - 1).partition("@")[0]) <= 64


def test_a_new_secret_key_believes_what_the_old_one_signed(settings):
    path = verp.return_path(7)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert verp.delivery_of(path) == 7
    settings.SECRET_KEY_FALLBACKS = []
    assert verp.delivery_of(path) is None


def test_a_key_of_its_own_outlives_any_secret_key(settings):
    settings.VEILLE_BOUNCE_KEY = "kept"
    path = verp.return_path(7)
    settings.SECRET_KEY = "another"
    assert verp.delivery_of(path) == 7


def test_without_an_address_there_is_none(settings):
    settings.VEILLE_BOUNCE_ADDRESS = ""
    assert (verp.return_path(7), verp.leave_address("t" * 32)) == ("", "")
    assert verp.delivery_of("+7-aaaaaaaaaaaaaaaa@") is None


def test_an_address_for_leaving_keeps_the_token():
    assert verp.token_of(verp.leave_address("a-B_9" * 6)) == "a-B_9" * 6


@given(st.text(max_size=80))
def test_whatever_else_is_nobodys(text):
    for address in (text, f"bounces+{text}@veille.example"):
        assert verp.delivery_of(address) is None
