"""Who signs, and what only looks like a byline."""

import pytest

from issues.interchange.bylines import read_byline


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Par", []),
        ("By", []),
        ("Par Zoé Martin", ["Zoé Martin"]),
        ("Par Zoé Martin et Jean-Paul d’Arc", ["Zoé Martin", "Jean-Paul d’Arc"]),
        ("Par : Zoé Martin, Paul Petit et Léa de la Tour", ["Zoé Martin", "Paul Petit", "Léa de la Tour"]),
        ("By Ann Smith, Bob J. Stone, and Eve", ["Ann Smith", "Bob J. Stone", "Eve"]),
        ("par\u00a0Zoé\u00a0Martin & Paul Petit", ["Zoé Martin", "Paul Petit"]),
    ],
)
def test_it_reads_the_names_in_order(line, names):
    assert read_byline(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "Par ailleurs, le modèle a changé.",
        "Parfois",
        "Par Zoé Martin, qui revient de vacances",
        "Par Toutatis !",
        "Par Une Phrase Beaucoup Trop Longue Pour Un Nom",
        "",
    ],
)
def test_it_takes_a_sentence_for_what_it_is(line):
    assert read_byline(line) is None
