"""Which addresses are taken, and which two are the same."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from subscribers.addresses import clean_name, normalise


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "@",
        "lectrice",
        "a@b\r\nBcc: c",
        "a@example.org\n",
        "a@example.org\r\nBcc: b@example.org",
        "a\x00@example.org",
        "a@example.org\u2028",
        "a@b@example.org",
        "a@b,c@d",
        "a@example.org,b@example.org",
        '"a b"@c.d',
        '"a b"@example.org',
        "<a@b>",
        "<a@example.org>",
        "Name <a@example.org>",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@xn--",
        "a@example..org",
        "a..b@example.org",
        "a@exam_ple.org",
        "a@-example.org",
        "a@example.org.",
        "x" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".org",
        "a@" + "b" * 10_000 + ".org",
    ],
)
def test_it_refuses_what_no_mail_server_takes(bad):
    with pytest.raises(ValidationError):
        normalise(bad)


def test_it_says_which_part_holds_a_letter_that_mail_servers_refuse():
    with pytest.raises(ValidationError) as refused:
        normalise("jörg@exämple.fr")
    assert refused.value.code == "non_ascii_local_part"
    assert "jörg" in refused.value.messages[0]


def test_it_takes_the_longest_local_part():
    assert normalise("x" * 64 + "@example.org") == "x" * 64 + "@example.org"


def test_an_international_domain_becomes_punycode():
    assert normalise("jorg@exämple.fr") == "jorg@xn--exmple-cua.fr"


@pytest.mark.parametrize(
    "same",
    ["A@B.FR", "a@B.fr"],
)
def test_case_makes_no_difference(same):
    assert normalise(same) == "a@b.fr"


@pytest.mark.parametrize("same", ["a@EXÄMPLE.fr", "a@exa\u0308mple.fr", "a@xn--exmple-cua.fr"])
def test_the_spelling_of_an_international_domain_makes_no_difference(same):
    assert normalise(same) == "a@xn--exmple-cua.fr"


ADDRESSES = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9.+_-]{0,20}[A-Za-z0-9])?", fullmatch=True).filter(
        lambda local: ".." not in local
    ),
    st.from_regex(r"[a-zA-Zéüñ]([a-zA-Z0-9éüñ]{0,20})", fullmatch=True),
    st.sampled_from(["org", "FR", "museum"]),
)


@given(ADDRESSES)
def test_normalising_twice_or_in_another_case_gives_the_same(address):
    once = normalise(address)
    assert normalise(once) == once
    assert normalise(address.swapcase()) == once
    assert once.isascii()


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused_with_a_word(text):
    with suppress(ValidationError):
        address = normalise(text)
        assert address.isascii()
        assert address.isprintable()


@given(st.text(max_size=80))
def test_a_name_is_one_clean_line(text):
    name = clean_name(text)
    assert name == name.strip() == clean_name(name)
    assert not {"\n", "\r", "\x00", "\u2028", "\u202e", "\ue000", "\ue001"} & set(name)


def test_a_name_keeps_its_letters_and_emoji():
    assert clean_name("  Zoë\u00a0 d’Été 👩‍🚀 ") == "Zoë d’Été 👩‍🚀"
