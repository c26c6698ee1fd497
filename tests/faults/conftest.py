"""A mail server that misbehaves, workers that die, and the table of what came of it."""

import pytest

from tests.faults import table
from tests.faults.received import a_mailhost
from tests.faults.sabotage import Sabotage


def pytest_terminal_summary(terminalreporter):
    if table.ROWS:
        terminalreporter.section("counted at the sink")
        for line in table.as_markdown():
            terminalreporter.write_line(line)


@pytest.fixture
def mailhost(tmp_path):
    with a_mailhost(tmp_path) as running:
        yield running


@pytest.fixture
def sabotage(tmp_path):
    return Sabotage(tmp_path / "sabotage")
