"""300 pages of our own making, read: the table of it is printed by `pytest -s` on this file."""

from collections import Counter

import pytest

from watch.reading.page import read

from .saved import SHAPES, UNASKED, all_pages

FIELDS = {
    "title": "title",
    "site": "site",
    "authors": "authors",
    "date": "published_on",
    "language": "language",
    "excerpt": "excerpt",
    "canonical": "canonical_url",
}


@pytest.fixture(scope="module")
def results():
    """Which field of which page was asked for, and whether it is what a person would say."""
    return [
        (page, field, wanted, getattr(data, name))
        for page in all_pages()
        for data in [read(page.body, page.content_type, page.url)]
        for field, name in FIELDS.items()
        if (wanted := getattr(page.truth, field)) is not UNASKED
    ]


def test_the_right_fields_are_read_in_ninety_five_percent_of_each(results):
    asked = Counter(field for _page, field, _wanted, _got in results)
    right = Counter(field for _page, field, wanted, got in results if wanted == got)
    for field in FIELDS:
        print(f"{field:10} {right[field]:4} of {asked[field]:4}  {right[field] / asked[field]:7.1%}")
    print(f"{'all':10} {right.total():4} of {asked.total():4}  {right.total() / asked.total():7.1%}")
    for page, field, wanted, got in results:
        if wanted != got:
            print(f"{page.kind} {field}: {wanted!r}, not {got!r}")
    assert min(right[field] / asked[field] for field in FIELDS) >= 0.95


def test_no_shape_of_page_is_read_badly(results):
    wrong = Counter(page.kind for page, _field, wanted, got in results if wanted != got)
    asked = Counter(page.kind for page, *_rest in results)
    assert all(wrong[kind] / asked[kind] < 0.2 for kind in asked)


def test_the_pages_are_those_that_were_promised():
    pages = all_pages()
    assert len(pages) == 300
    assert len({page.body for page in pages}) == 300
    assert len(SHAPES) == len({page.kind for page in pages}) == 29
    assert all_pages() == pages
    declared = b" ".join(page.body.lower() for page in pages)
    assert all(name in declared for name in (b"iso-8859-1", b"windows-1252", b"\xff\xfe", b"\xef\xbb\xbf"))
    assert {page.truth.language for page in pages} >= {"fr", "en", "de", "es", "it", "nl", "pt"}
