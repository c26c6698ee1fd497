"""Plain text is shown as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.interchange.escaping import escape, escape_heading

from .markdown import shown, tokens

# The signs that mean something to Markdown, close together.
TRICKY = st.text(alphabet="a1é \\`*_{}[]()<>#+-.!|~^&;:/=\"'$🚀", max_size=30)
ANY = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
LINES = (TRICKY | ANY).map(str.strip).filter(bool)


@given(LINES)
def test_it_shows_any_line_as_one_paragraph_with_the_same_text(line):
    written = escape(line)
    assert [token.type for token in tokens(written)] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(written) == line


@given(LINES)
def test_it_shows_any_line_as_an_item_with_the_same_text(line):
    written = f"- {escape(line)}"
    assert [token.type for token in tokens(written)].count("inline") == 1
    assert shown(written) == line


@given(LINES)
def test_it_shows_any_line_as_a_heading_with_the_same_text(line):
    written = f"## {escape_heading(line)}"
    assert [token.type for token in tokens(written)] == ["heading_open", "inline", "heading_close"]
    assert shown(written) == line


@pytest.mark.parametrize(
    "text",
    [
        "Un prix de 1 200 € (soit 10 %) : c’est peu !",
        "Le tag #Ouvert et le module nom_de_module",
        "Il écrit “[ses] données” et 3 < 4 & 5 > 2",
        "À lire sur https://source.example/un_article?x=1&y=2.",
    ],
)
def test_it_leaves_alone_what_means_nothing_to_markdown(text):
    assert escape(text) == text


def test_it_writes_an_address_that_markdown_would_change_as_an_autolink():
    assert escape("Voir https://source.example/_a_(b).") == "Voir <https://source.example/_a_(b)>."
