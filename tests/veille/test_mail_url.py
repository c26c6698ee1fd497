"""What EMAIL_URL may say."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from veille.mail_url import mailer_from_url
from veille.settings import env


def options(url):
    return mailer_from_url(env, url)["OPTIONS"]


def test_it_reads_server_and_login():
    assert options("smtp://anna:s%40cret@mail.example:2525") == {
        "host": "mail.example",
        "port": 2525,
        "username": "anna",
        "password": "s@cret",
        "use_tls": False,
        "use_ssl": False,
        "timeout": 60,
    }


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "use_ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtp+ssl://mail.example", 465, False, True),
    ],
)
def test_it_knows_the_ports_of_plain_starttls_and_tls(url, port, use_tls, use_ssl):
    found = options(url)
    assert (found["port"], found["use_tls"], found["use_ssl"]) == (port, use_tls, use_ssl)


def test_a_login_may_be_absent():
    found = options("smtp://127.0.0.1:1025")
    assert (found["username"], found["password"]) == ("", "")


def test_any_other_backend_is_named_with_its_options():
    assert mailer_from_url(env, "backend://anymail.backends.brevo.EmailBackend?api_key=k") == {
        "BACKEND": "anymail.backends.brevo.EmailBackend",
        "OPTIONS": {"api_key": "k"},
    }


def test_the_seconds_that_a_backend_waits_are_a_number():
    assert options("backend://anymail.backends.brevo.EmailBackend?timeout=60") == {"timeout": 60.0}


def test_mail_may_go_to_memory():
    assert mailer_from_url(env, "memorymail://")["BACKEND"].endswith("locmem.EmailBackend")


@given(st.text(max_size=20).filter(lambda text: ":" not in text))
def test_an_unknown_scheme_is_a_clear_error(text):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mailer_from_url(env, f"gopher://{text}" if "[" not in text and "]" not in text else "gopher://x")
