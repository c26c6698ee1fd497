"""The 8-bit form of a mail: the same words, and no line that a server would cut."""

import re
from email.parser import BytesParser
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from issues.rendering.slots import slot
from mailings.compose import freeze
from mailings.frozen import stuffed
from mailings.lines import broken_at_spaces
from tests.mailings.test_compose import BODY, PRINTABLE, Letter, a_reader, part, read

LONG_PARAGRAPH = "<p>" + "L’été à Nîmes, déjà <a href='https://example.org/a?b=c'>loin</a> " * 60 + "</p>"


def both(reader=None, **content):
    mail = freeze(Letter(**content))
    return [frozen.for_recipient(reader or a_reader()) for frozen in (mail.quoted, mail.eight_bit)]


def words(html):
    """The text of an HTML page as a reader sees it."""
    seen = []
    parser = HTMLParser()
    parser.handle_data = seen.append
    parser.feed(html)
    return "".join(seen).split()


def test_it_says_the_same_in_fewer_octets():
    quoted, eight_bit = both(email_html=f"{LONG_PARAGRAPH}<p>{BODY}</p>")
    assert len(eight_bit) < 0.9 * len(quoted)
    assert "été".encode() in eight_bit
    assert b"Content-Transfer-Encoding: 8bit" in eight_bit
    one, two = read(quoted), read(eight_bit)
    assert one.items() == two.items()
    assert part(one, "plain").splitlines() == part(two, "plain").splitlines()
    assert words(part(one, "html")) == words(part(two, "html"))


@given(
    st.lists(
        st.one_of(
            PRINTABLE, st.sampled_from(["<b>", "</b>", "<pre>", "</pre>", "<a title='x y'>", " ", "\n"])
        ),
        max_size=80,
    )
)
@hypothesis_settings(max_examples=200, deadline=None)
def test_breaking_lines_changes_spaces_into_line_ends_and_nothing_else(pieces):
    html = " ".join(pieces)
    broken = broken_at_spaces(html)
    assert broken.replace("\n", " ") == html.replace("\n", " ")


@pytest.mark.parametrize("kept", ["<pre>{}</pre>", "<p title='{}'>x</p>"])
def test_what_a_line_end_would_change_is_left_alone(kept):
    html = kept.format("mot " * 100)
    assert broken_at_spaces(html) == html


def test_a_part_that_has_no_place_to_break_stays_quoted_printable():
    _quoted, eight_bit = both(email_html=f"<p>{'x' * 1500}</p>{BODY}", text=BODY.replace(" ", "\n"))
    kinds = re.findall(rb"Content-Transfer-Encoding: (\S+)", eight_bit)
    assert kinds == [b"8bit", b"quoted-printable"]


@given(name=PRINTABLE.map(lambda name: name[:120]))
@hypothesis_settings(max_examples=100, deadline=None)
def test_no_name_makes_a_line_too_long_or_injects_anything(name):
    _quoted, raw = both(a_reader(name=name), email_html=f"{LONG_PARAGRAPH}<p>{BODY}</p>")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert len(read(raw).items()) == 13
    assert name in part(read(raw), "plain")


@pytest.mark.parametrize("name", ['"' * 120, "😀" * 120, "&" * 120])
def test_the_longest_names_fit_too(name):
    _quoted, raw = both(a_reader(name=name), email_html=f"{LONG_PARAGRAPH}<p>{BODY}</p>")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", [".Net", "..", "Zoé\r\n.", "a"])
@pytest.mark.parametrize("text", [f".\n..\n{slot('greeting')}\n.fin {BODY}\n", f"{BODY}\n.\n"])
def test_on_the_wire_every_dot_that_begins_a_line_is_doubled(name, text):
    mail = freeze(Letter(text=text, email_html=f"<p>.\n. a</p>\n{slot('greeting')}{BODY}"))
    for frozen in (mail.quoted, mail.eight_bit):
        reader = a_reader(name=name)
        assert frozen.on_the_wire(reader) == stuffed(frozen.for_recipient(reader))


def test_it_is_read_back_by_a_parser_that_knows_nothing_of_ours():
    _quoted, raw = both(text=f"Élégant\n{BODY}\n", email_html=f"<p>Élégant</p>{BODY}")
    message = BytesParser(policy=default).parsebytes(raw)
    assert message.get_body(["plain"]).get_content().startswith("Élégant")
    assert "Élégant" in message.get_body(["html"]).get_content()
