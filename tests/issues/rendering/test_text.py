"""The plain text that text mails carry."""

import re

from hypothesis import given
from hypothesis import strategies as st

from issues.rendering.text import text_of_markdown


def test_links_are_numbered_and_listed():
    text = text_of_markdown(
        "Lire [ceci](https://a.example) et [cela](https://b.example), [ceci](https://a.example)."
    )
    assert "Lire ceci [1] et cela [2], ceci [1]." in text
    assert text.endswith("[1] https://a.example\n[2] https://b.example")


def test_lists_quotes_and_code_keep_their_shape():
    text = text_of_markdown("1. un\n2. deux\n\n- a\n  - b\n\n> cité\n\n```\nx = 1\n```")
    assert "1. un\n2. deux" in text
    assert "- a\n  - b" in text
    assert "> cité" in text
    assert "    x = 1" in text


def test_a_table_is_lined_up():
    assert text_of_markdown("| a | b |\n|---|---|\n| long | 2 |") == "a    | b\n-----+--\nlong | 2"


def test_a_table_wider_than_the_page_becomes_a_list_of_its_cells():
    long = "mot " * 30
    text = text_of_markdown(f"| Nom | Rôle |\n|---|---|\n| a | {long}|\n| b | court |")
    assert text.startswith("Nom\u00a0: a\nRôle\u00a0: mot mot")
    assert text.endswith("\n\nNom\u00a0: b\nRôle\u00a0: court")
    assert all(len(line) <= 72 for line in text.split("\n"))


def test_no_word_of_a_wide_table_is_lost_with_long_heads():
    words = [f"mot{number}" for number in range(40)]
    text = text_of_markdown(f"| {' '.join(words)} | b |\n|---|---|\n| c | d |")
    assert re.findall(r"\w+", text) == [*words, "b", "c", "d"]


def test_a_list_begins_where_its_author_began():
    assert text_of_markdown("0. zéro\n1. un") == "0. zéro\n1. un"


def test_a_picture_that_only_decorates_is_left_out():
    assert text_of_markdown("![](/media/pictures/x.png)") == ""


def test_a_picture_says_what_it_shows():
    assert text_of_markdown("![Une carte](/media/pictures/x.png)") == "[Une carte]"


def test_a_footnote_is_found_again():
    text = text_of_markdown("Un fait[^a].\n\n[^a]: D’où il vient.")
    assert "Un fait (1)." in text
    assert "(1) D’où il vient." in text


def test_lines_are_wrapped_and_addresses_are_not():
    url = "https://example.org/" + "x" * 100
    lines = text_of_markdown(f"{'mot ' * 60}\n\n<{url}>").split("\n")
    assert url in lines
    assert all(len(line) <= 72 for line in lines if line != url)


@given(st.lists(st.from_regex(r"[a-zé]{1,12}", fullmatch=True), min_size=1, max_size=60))
def test_no_word_is_lost(words):
    assert re.findall(r"\w+", text_of_markdown(" ".join(words))) == words
