"""Each test looks for itself, and reads log lines as the console would have them."""

import io
import json
import logging

import pytest

from veille.watching import views
from veille.watching.logs import Json, Prepared, Text
from veille.watching.readiness import Readiness


@pytest.fixture(autouse=True)
def fresh_look(monkeypatch):
    """What an earlier test saw is not kept."""
    monkeypatch.setattr(views, "readiness", Readiness())


class Lines(logging.StreamHandler):
    """A console that keeps what it shows."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(formatter)
        self.addFilter(Prepared())

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def entries(self) -> list[dict]:
        """Each line as a JSON object; one that is none fails the test."""
        return [json.loads(line) for line in self.text.splitlines()]


def _shown(handler: Lines):
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def lines():
    """What the console shows as JSON."""
    yield from _shown(Lines(Json()))


@pytest.fixture
def text_lines():
    """What the console shows as text."""
    yield from _shown(Lines(Text()))
