"""A real issue, as the newsroom's word processor exports it. It stands beside the repository, not in it."""

from itertools import pairwise
from pathlib import Path

import pytest

from issues.interchange import IssueDraft, parse

from .markdown import count, shown, words
from .test_plain_text import reading

ISSUE = Path(__file__).resolve().parents[4] / "shared" / "newsletter" / "issue-fr.txt"

pytestmark = pytest.mark.skipif(not ISSUE.exists(), reason=f"the real issue is not here: {ISSUE}")


@pytest.fixture(scope="module")
def draft() -> IssueDraft:
    return parse(ISSUE.read_bytes())


def test_it_has_five_sections_with_their_emoji_titles(draft):
    lines = ISSUE.read_text().splitlines()
    titles = [line for line, under in pairwise(lines) if under == "Par"]
    assert len(titles) == 5
    assert [section.title for section in draft.sections] == titles


def test_not_one_word_is_lost_nor_moved(draft):
    assert reading(draft) == words(ISSUE.read_text())


def test_every_line_is_whole_in_one_place(draft):
    kept = []
    for section in draft.sections:
        kept += [section.title, *shown(section.body).split("\n")]
        kept += [f"{source.title} ({source.publisher})" for source in section.sources]
    assert kept == [line for line in ISSUE.read_text().splitlines() if line not in ("", "Par")]


def test_its_headings_lists_and_quotations_are_recognised(draft):
    counts = [count(section.body) for section in draft.sections]
    assert [found["heading"] for found in counts] == [1, 2, 0, 2, 0]
    assert [found["list_item"] for found in counts] == [4, 0, 0, 0, 4]
    assert [found["bullet_list"] for found in counts] == [1, 0, 0, 0, 2]
    assert [found["blockquote"] for found in counts] == [0, 0, 0, 0, 1]


def test_its_last_link_titles_are_proposed_as_sources(draft):
    assert [len(section.sources) for section in draft.sections] == [0, 2, 0, 0, 0]
    assert all(source.title and source.publisher for source in draft.sections[1].sources)


def test_what_it_could_not_tell_is_reported(draft):
    assert [entry.line for entry in draft.report.warnings] == [
        1,
        19,
        28,
        30,
        36,
        37,
        45,
        46,
    ]
