"""A table of mails as servers really write them, and what each means."""

from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailings.bounces.understand import Meaning, judge, understand

from . import corpus

PATH = "bounces+7-aaaaaaaaaaaaaaaa@veille.example"


@pytest.mark.parametrize(
    ("build", "meaning", "status"), corpus.TABLE, ids=lambda it: getattr(it, "__name__", "")
)
def test_each_shape_is_understood(build, meaning, status):
    verdict = understand(message_from_bytes(build(PATH)))
    assert (verdict.meaning.value, verdict.status) == (meaning, status)


def test_no_address_is_kept():
    verdict = understand(message_from_bytes(corpus.postfix(PATH)))
    assert verdict.diagnostic == "550 5.1.1 <…>: User unknown"


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("550 no such user here", Meaning.HARD),
        ("550 rejected as spam", Meaning.OURS),
        ("552 too much mail in the box", Meaning.SOFT),
        ("something went wrong", Meaning.OURS),
        ("553 5.1.8 sender domain does not exist", Meaning.OURS),
    ],
)
def test_without_a_status_the_words_are_read(words, meaning):
    assert judge("", words).meaning is meaning


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 1800))
def test_a_damaged_report_never_raises(noise, where):
    raw = corpus.gmail(PATH)
    understand(message_from_bytes(raw[:where] + noise + raw[where + len(noise) :]))
    understand(message_from_bytes(raw[:where]))
