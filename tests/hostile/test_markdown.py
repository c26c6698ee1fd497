"""A script in every place that Markdown allows, and everything within itself ten thousand times."""

import pytest

from issues.anatomy import anatomy
from issues.rendering import render_markdown
from issues.rendering.text import text_of_markdown
from tests.hostile import corpus
from tests.issues.rendering.test_markdown import audit

UNWANTED = set("\0\u202e\ue000\ue001")


def test_no_place_of_markdown_runs_anything():
    for text in corpus.scripts():
        html = render_markdown(text)
        audit(html)
        assert not UNWANTED & set(html)
        assert not UNWANTED & set(text_of_markdown(text))


@pytest.mark.parametrize("text", list(corpus.nested()), ids=lambda text: text[:4])
def test_nothing_within_itself_is_a_fault(text):
    html = render_markdown(text)
    audit(html)
    assert len(html) < 20 * len(text)
    assert len(text_of_markdown(text)) < 20 * len(text)
    anatomy.__wrapped__(text)
