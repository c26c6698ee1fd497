"""French spaces and apostrophes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.rendering import render_markdown
from issues.rendering.typography import french

FRENCH = st.text(st.sampled_from("aé1 2:;!?«»'’%€\u00a0\u202f\n"), max_size=80)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Vraiment ?", "Vraiment\u202f?"),
        ("Quoi ?!", "Quoi\u202f?!"),
        ("« Bien dit »", "«\u202fBien dit\u202f»"),
        ("Voici : rien", "Voici\u00a0: rien"),
        ("Voici :", "Voici\u00a0:"),
        ("1 200 € ou 10 %", "1\u202f200\u202f€ ou 10\u202f%"),
        ("12 000 000 de lignes", "12\u202f000\u202f000 de lignes"),
        ("l'heure d'aujourd'hui", "l’heure d’aujourd’hui"),
        ("l’heure", "l’heure"),
        ("qu'« un »", "qu’«\u202fun\u202f»"),
        ("les 'mots'", "les 'mots'"),
        ("à 10:30", "à 10:30"),
        ("C'est « l'art » !", "C’est «\u202fl’art\u202f»\u202f!"),
        ("En 2025 100 personnes", "En 2025 100 personnes"),
        ("👩‍💻 !", "👩‍💻\u202f!"),
    ],
)
def test_it_sets_what_was_typed(typed, printed):
    assert french(typed) == printed


@given(FRENCH)
def test_applying_it_twice_changes_nothing_more(text):
    assert french(french(text)) == french(text)


@given(st.text())
def test_it_touches_spaces_and_apostrophes_alone(text):
    def rest(words):
        return re.sub(r"[ \u00a0\u202f]", "", words).replace("'", "’")

    assert rest(french(text)) == rest(text)


@pytest.mark.parametrize(
    "markdown",
    ["`a ; b`", "```\na ; b\n```", "<https://exemple.fr/a;b>", "https://exemple.fr/l'heure"],
)
def test_code_and_addresses_stay_as_they_are(markdown):
    html = render_markdown(markdown)
    assert "\u202f" not in html
    assert "’" not in html


def test_an_elided_word_before_bold_code_or_a_link_has_its_apostrophe():
    html = render_markdown("l'**art**, d'`x`, qu'[ici](https://exemple.fr)")
    assert html.count("’") == 3
    assert "'" not in html


def test_the_words_of_a_link_are_set_and_its_address_is_not():
    html = render_markdown("[C'est ça !](https://exemple.fr/c'est?a=1&b=2)")
    assert "C’est ça\u202f!" in html
    assert "c'est?a=1&amp;b=2" in html
