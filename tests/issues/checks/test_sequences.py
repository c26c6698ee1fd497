"""Whole emoji and torn ones."""

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.checks.sequences import torn_sequences

WHOLE = [
    "🚀", "🗄️", "🗄", "❤️", "❤", "❤︎", "👍🏽", "☝🏽", "☝️", "👨‍👩‍👧‍👦", "👩🏽‍🚀",
    "🏳️‍🌈", "🏳‍🌈", "❤️‍🔥", "🇫🇷", "🇫🇷🇧🇪",
    "1️⃣", "#️⃣", "1⃣",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "©️", "™", "▶️", "🧑‍🤝‍🧑", "👩🏽‍🤝‍👨🏿", "été", "e\u0301", "क्‍ष", "می‌خواهم", "n° 12", "⌨️ 📬", "🧵🐍",
]  # fmt: skip
TORN = [
    "\u200d", "\u200d🚀", "🚀\u200d", "🚀 \u200d", "👨\u200d\u200d👩", "\ufe0f", "a\ufe0f", "é\ufe0f",
    "🚀\ufe0f\ufe0f",
    "🏽", "🏽 oui", "a🏽", "🇫", "🇫🇷🇧", "🇫a", "⃣", "a⃣", "1️", "#️",
    "🏴\U000e0067\U000e0062", "\U000e007f", "🇽🇽🇽", "a\u200d",
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_one_is_left_alone(text):
    assert torn_sequences(text) == []
    assert torn_sequences(f"{text} Un titre {text}, et la suite") == []


@pytest.mark.parametrize("text", TORN)
def test_a_torn_one_is_found(text):
    assert torn_sequences(text)
    assert torn_sequences(f"Un titre {text}")


@pytest.mark.parametrize("status", ["fully_qualified", "minimally_qualified", "unqualified"])
def test_all_emoji_of_the_standard_are_whole(status):
    listed = [sign for sign, data in emoji.EMOJI_DATA.items() if data["status"] == emoji.STATUS[status]]
    assert len(listed) > 100
    assert [sign for sign in listed if torn_sequences(f"{sign} Un titre")] == []


@given(st.text("a1#\u200d\ufe0f\ufe0e\u20e3🏽🇫🇷🚀👩❤\U000e0067\U000e007f "))
def test_no_mixture_of_parts_raises(text):
    assert all(part in text for part in torn_sequences(text))
