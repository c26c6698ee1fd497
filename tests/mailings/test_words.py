"""What is said of a mailing, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mailings import words
from mailings.models import Delivery, Destination, Mailing
from mailings.progress import Progress

STATES = Delivery.State.values
TEN_TO_ONE = datetime(2026, 11, 25, 11, 50, tzinfo=UTC)  # 12:50 in Paris


def a_progress(*, state="sending", planned=1000, **more):
    counts = dict.fromkeys(STATES, 0) | more.pop("counts", {})
    facts = {
        "mailing": Mailing(state=state, planned=planned, started_at=TEN_TO_ONE),
        "counts": counts,
        "rate": None,
        "left": None,
        "next_attempt_at": None,
        "shelved": 0,
        "resting": [],
        "resting_count": 0,
        "paused": None,
    }
    return Progress(**facts | more)


@pytest.fixture(autouse=True)
def _in_paris_at_ten_to_one():
    with time_machine.travel(TEN_TO_ONE, tick=False):
        yield


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "reste environ 15 minutes, fin vers 13:05"),
        ("en", "about 15 minutes left, done at about 1:05 p.m."),
    ],
)
def test_the_time_left_is_said_with_its_end(language, text):
    with translation.override(language):
        assert words.time_left(a_progress(left=timedelta(minutes=15))) == text


def test_an_end_on_another_day_has_its_date():
    assert words.time_left(a_progress(left=timedelta(hours=13, minutes=5))).endswith("26/11/2026 01:55")


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(seconds=20), "moins d’une minute"),
        (timedelta(minutes=1), "environ 1 minute"),
        (timedelta(minutes=59.6), "environ 1 h 00"),
        (timedelta(minutes=125), "environ 2 h 05"),
        (timedelta(hours=50), "environ 2 jours"),
    ],
)
def test_durations_are_said_about(time, text):
    assert words.duration(time) == text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"rate": 1240.4}, "1\xa0240 messages par minute"),
        ({"rate": None}, "Démarrage…"),
        ({"rate": 0.2}, "Rien n’est parti depuis une minute."),
        ({"rate": 1240, "state": "paused"}, ""),
    ],
)
def test_the_pace_is_said(facts, text):
    assert words.pace(a_progress(counts={"planned": 10}, **facts)) == text


def test_those_put_off_are_said_apart():
    progress = a_progress(counts={"deferred": 12}, next_attempt_at=TEN_TO_ONE + timedelta(minutes=75))
    assert words.later(progress) == "12 à réessayer, le prochain à 14:05"
    with translation.override("en"):
        assert words.later(progress) == "12 to be tried again, the next at 2:05 p.m."


def test_resting_destinations_are_said_in_their_own_words_and_the_others_counted():
    destination = Destination(
        name="orange.fr", closed_until=TEN_TO_ONE + timedelta(minutes=10), reply="421 OFR004_104"
    )
    assert words.resting(a_progress(resting=[destination], resting_count=3)) == [
        "orange.fr est laissé en paix jusqu’à 13:00 — 421 OFR004_104",
        "et 2 autres",
    ]
    assert words.resting(a_progress(state="finished", planned=0, resting=[destination])) == []


@given(st.lists(st.integers(0, 2_000_000), min_size=len(STATES), max_size=len(STATES)))
def test_the_bar_is_full_and_shows_the_few_too(numbers):
    counts = dict(zip(STATES, numbers, strict=True))
    parts = words.bar(a_progress(planned=sum(numbers), counts=counts))
    assert [part["start"] for part in parts[1:]] == [part["start"] + part["width"] for part in parts[:-1]]
    assert sum(part["width"] for part in parts) == (words.BAR_WIDTH if sum(numbers) else 0)
    assert all((part["width"] > 0) == (counts[part["state"]] > 0) for part in parts)
