"""What is too deep to be shown is told, exactly where it begins to be lost."""

import pytest

from issues.anatomy import anatomy
from issues.rendering import render_markdown
from tests.issues.checks.helpers import found, save


@pytest.mark.parametrize("holders", ["> ", "- ", "1. ", "> - ", "[^1]: > "])
def test_it_is_told_whenever_something_is_lost_and_only_then(holders):
    told = set()
    for depth in range(10, 45):
        text = f"Début[^1]\n\n{holders}{holders.removeprefix('[^1]: ') * depth}mot"
        is_lost = "mot" not in render_markdown(text)
        assert (anatomy(text).lost_at is not None) == is_lost
        told.add(is_lost)
    assert told == {True, False}


@pytest.mark.django_db
def test_an_editor_is_led_to_the_line(issue, section):
    save(section, body="Un début.\n\n" + "> " * 40 + "perdu")
    (message,) = found(issue, "issues.W017")
    assert message.is_warning
    assert (message.obj, message.field, message.line) == (section, "body", 3)
    save(section, body="Un début.\n\n" + "> " * 39 + "gardé")
    assert not found(issue, "issues.W017")
