"""What never stands in a log line or in a report."""

import pytest
from django.urls import URLPattern, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from veille.watching.masking import ADDRESS, SECRET, TOKEN, VALUES, mask

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+-_'~!#$%*éöλж", min_size=1, max_size=70)
LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789éöж", min_size=1, max_size=20)
ADDRESSES = st.builds("{}@{}.{}".format, LOCAL, LABEL, LABEL)
AROUND = st.sampled_from(["", " ", "<", ">", "'", '"', "(", ",", "to=", "mailto:", ": ", "\n", "{'", "%s "])


@given(AROUND, ADDRESSES, AROUND)
def test_no_address_is_left_whatever_stands_around_it(before, address, after):
    local, _, domain = address.rpartition("@")
    masked = mask(f"{before}{address}{after}")
    assert ADDRESS in masked
    assert f"{local}@" not in masked
    assert domain not in masked or domain in f"{before}{ADDRESS}{after}"


@given(st.text())
def test_any_text_is_masked_once_and_for_all(text):
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{'zoe@x.fr': (550, b'5.1.1 <zoe@x.fr> unknown')}",
            f"{ADDRESS}: (550, b'5.1.1 <{ADDRESS}> unknown')}}",
        ),
        ("b'j\\xc3\\xb6rg@ex.de said no'", f"{ADDRESS} said no'"),
        ("?email=zoe%40x.fr&a=1", f"?{ADDRESS}&a=1"),
        ('to "zoé b"@x.fr', f"to {ADDRESS}"),
        ("a＠x.fr", ADDRESS),
        ("a@[192.0.2.1] refused", f"{ADDRESS}[192.0.2.1] refused"),
        ("postgres://veille:p@db.example:5432/veille", f"postgres://{SECRET}@db.example:5432/veille"),
    ],
)
def test_addresses_as_servers_and_libraries_quote_them(text, expected):
    assert mask(text) == expected


@pytest.mark.parametrize("text", ["celery@web1 ready.", "    @transaction.atomic", "a @ b", "12:30", ""])
def test_what_is_no_address_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize("name", ["DETAIL: ", "DÉTAIL : ", "LINE 1:", "LIGNE 1 :"])
def test_the_rows_that_postgresql_quotes_are_left_out_and_the_rest_stays(name):
    text = f"new row violates\n{name} Failing row contains (1, Zoé,\nNoé, x).\nHINT: none\n\nThe above"
    assert mask(text) == f"new row violates\n{name.rstrip()} {VALUES}\nHINT: none\n\nThe above"


def test_a_row_in_the_text_of_an_exception_is_left_out_too():
    text = repr(ValueError("violates\nDETAIL:  Failing row contains (1, Zoé)")) + "\nTraceback (most recent"
    masked = mask(text)
    assert "Zoé" not in masked
    assert masked.endswith("\nTraceback (most recent")


def test_the_token_in_the_address_of_every_page_of_a_reader_is_masked():
    """Also in pages that are made after this was written: they name it `token` or `link` as these do."""
    routes = [
        route for route in _routes(get_resolver().url_patterns, "") if "token>" in route or "link>" in route
    ]
    assert len(routes) >= 9
    secret = "s3cr3t_-token:with.all-that-may_stand-in-it"
    for route in routes:
        path = "/" + route.replace("<str:token>", secret).replace("<str:link>", secret)
        path = path.replace("<int:section>", "7").replace("<int:number>", "7")
        assert "<" not in path
        assert secret not in mask(f"Not Found: {path}")
        assert TOKEN in mask(path)


def test_long_texts_do_not_take_long():
    # Seconds, or an hour: what is quadratic does not end.
    for text in ("a" * 1_000_000, "a@" * 500_000, "://" * 300_000, '"' * 1_000_000, "DETAIL: " * 100_000):
        mask(f"{text}@x.fr")


def _routes(patterns, prefix):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _routes(pattern.url_patterns, path)
