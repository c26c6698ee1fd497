"""Markdown as people write it by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.interchange import IssueDraft, SourceDraft, parse

from .markdown import words


def read(text: str) -> IssueDraft:
    return parse(text.encode())


ISSUE = """\
# Le numéro d’automne

Bonjour à **toutes** !

## 🍂 Une première
*Par Zoé Martin et Paul Petit*

Du texte avec un [lien](https://a.example).

### Un intertitre

```sh
### un commentaire
```

### Sources

- [Un *long* entretien](https://b.example/x_y), Le Journal
- <https://c.example/z>

## ⚙️ Une seconde

Par ailleurs, du texte.

## 🧪 Une dernière
Par Léa

Fin.
"""


def test_it_reads_title_introduction_and_sections():
    draft = read(ISSUE)
    assert (draft.title, draft.introduction) == ("Le numéro d’automne", "Bonjour à **toutes** !")
    assert [(found.title, found.authors) for found in draft.sections] == [
        ("🍂 Une première", ["Zoé Martin", "Paul Petit"]),
        ("⚙️ Une seconde", []),
        ("🧪 Une dernière", ["Léa"]),
    ]


def test_it_keeps_the_body_as_it_is_written_but_moves_its_headings_up():
    assert read(ISSUE).sections[0].body == (
        "Du texte avec un [lien](https://a.example).\n\n## Un intertitre\n\n```sh\n### un commentaire\n```"
    )


def test_it_takes_the_links_under_sources():
    assert read(ISSUE).sections[0].sources == [
        SourceDraft("Un *long* entretien", "Le Journal", "https://b.example/x_y", line=18),
        SourceDraft("https://c.example/z", "", "https://c.example/z", line=19),
    ]


def test_it_keeps_sources_in_the_text_when_they_are_not_all_links():
    draft = read("## 🍂 Une\n\nDu texte.\n\n### Sources\n\nDes gens bien informés.\n")
    assert draft.sections[0].body == "Du texte.\n\n## Sources\n\nDes gens bien informés."
    assert "Not all lines under “Sources” are links" in str(draft.report[-1])


def test_it_reports_a_section_that_nobody_signs():
    assert "Line 21: Nobody is named under “⚙️ Une seconde”." in map(str, read(ISSUE).report)


@pytest.mark.parametrize(
    ("text", "title", "sections"),
    [
        ("# 🍂 Une\n\ntexte\n\n# ⚙️ Deux\n\n## inter\n", "", ["🍂 Une", "⚙️ Deux"]),
        ("# 🍂 Une seule\n\ntexte\n", "", ["🍂 Une seule"]),
        ("## 🍂 Une\n\ntexte\n\n## ⚙️ Deux ##\n", "", ["🍂 Une", "⚙️ Deux"]),
        ("---\ntitle: Le mien\n---\n# 🍂 Une seule\n", "Le mien", ["🍂 Une seule"]),
    ],
)
def test_it_finds_the_level_of_the_sections(text, title, sections):
    draft = read(text)
    assert (draft.title, [found.title for found in draft.sections]) == (title, sections)


def test_it_keeps_a_title_that_front_matter_overrides():
    draft = read("---\ntitle: Le mien\n---\n# L’autre\n\n## 🍂 Une\n")
    assert (draft.title, draft.introduction) == ("Le mien", "# L’autre")


LINES = st.sampled_from(
    [
        *(
            "# Un numéro",
            "## 🍂 Une section",
            "### Un intertitre",
            "## Autre ##",
            "#### plus bas",
            "##",
            "#pas",
        ),
        *("Par Zoé Martin et Léa", "*Par Zoé Martin*", "Par ailleurs, du texte.", "Du _texte_.", "", "---"),
        *("```", "~~~sh", "    du code", "> cité", "- [Un titre](https://a.example/x), Le Journal", "1. un"),
    ]
)


@given(st.lists(LINES, max_size=25))
def test_no_word_is_lost_and_their_order_is_kept(lines):
    text = "\n".join(["## 🍂 Une première", *lines])
    draft = read(text)
    parts = [draft.title, draft.introduction]
    for found in draft.sections:
        parts += [found.title, "Par " * bool(found.authors) + " et ".join(found.authors), found.body]
    assert words(" ".join(parts)) == words(text)
