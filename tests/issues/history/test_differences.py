"""The difference of two texts: true whatever they are, readable where they are alike, and quick."""

import time
from collections import Counter

import pytest
from diff_match_patch import diff_match_patch
from hypothesis import given, settings
from hypothesis import strategies as st

from issues.history.differences import Kind, count_words, differences, words_of

TEXTS = st.text(st.sampled_from("aé \u0301’\n.👩💻\u200d\ufe0f1\u20e3🇫🇷#*") | st.characters(), max_size=120)


def side(pieces, kind):
    return "".join(piece.text for piece in pieces if piece.kind in (Kind.SAME, kind))


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(old, new):
    pieces = differences(old, new)
    assert side(pieces, Kind.REMOVED) == old
    assert side(pieces, Kind.ADDED) == new


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert {piece.kind for piece in differences(text, text)} <= {Kind.SAME}


@pytest.mark.parametrize(
    ("old", "new"), [("👩‍💻", "👩‍🚀"), ("1️⃣", "2️⃣"), ("🇫🇷", "🇫🇮"), ("👍🏽", "👍🏿"), ("é", "è")]
)
def test_what_people_see_as_one_sign_is_never_cut(old, new):
    pieces = differences(f"Un {old} signe", f"Un {new} signe")
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind != Kind.SAME] == [
        (Kind.REMOVED, old),
        (Kind.ADDED, new),
    ]


def test_only_the_words_that_changed_are_marked():
    pieces = differences("Le chat dort sur le toit.", "Le chat rêve sur le toit.")
    assert [tuple(piece) for piece in pieces] == [
        ("same", "Le chat "),
        ("removed", "dort"),
        ("added", "rêve"),
        ("same", " sur le toit."),
    ]


def test_words_are_counted_and_nothing_else():
    assert count_words("Un, deux ; trois.", "Un deux\n\nquatre cinq 🚀") == (2, 1)
    assert list(words_of("L’été 2026 !")) == ["L", "’", "été", " ", "2026", " ", "!"]


def counted_one_by_one(old, new):
    before, after = (Counter(word for word in words_of(text) if word[0].isalnum()) for text in (old, new))
    return (after - before).total(), (before - after).total()


@settings(max_examples=60)
@given(TEXTS, TEXTS, TEXTS)
def test_leaving_out_what_both_texts_hold_changes_no_count(same, old, new):
    before, after = f"{same} {old}\n{same}", f"{same} {new}\n{old}{same}"
    assert count_words(before, after) == counted_one_by_one(before, after)


@pytest.mark.parametrize("piece", ["a ", "> ", "| a "])
def test_a_text_that_repeats_itself_is_not_tried_at_each_place(monkeypatch, piece):
    tried = 0
    common_suffix = diff_match_patch.diff_commonSuffix

    def counted(engine, one, other):
        nonlocal tried
        tried += 1
        return common_suffix(engine, one, other)

    monkeypatch.setattr(diff_match_patch, "diff_commonSuffix", counted)
    old = piece * 2000
    pieces = differences(old, old[::-1])
    assert tried < 500
    assert side(pieces, Kind.REMOVED) == old
    assert side(pieces, Kind.ADDED) == old[::-1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 30_000, "b " * 30_000),
        ("ab ba " * 10_000, "ba ab b " * 8_000),
        (" ".join(map(str, range(12_000))), " ".join(map(str, range(12_000, 0, -1)))),
    ],
)
def test_hostile_texts_get_an_answer_in_time(old, new):
    begun = time.process_time()
    pieces = differences(old, new)
    # Twice the time given to the search, and the rest: far from the hours that it could take.
    assert time.process_time() - begun < 5
    assert side(pieces, Kind.ADDED) == new
