"""Each action on a section or an issue, in each state, tried by each kind of person: docs/rights.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.rights import actions
from tests.rights.table import rows_of
from tests.rights.world import EDITOR, KINDS, SIGNS, World

pytestmark = pytest.mark.django_db

SECTION_ROWS, ISSUE_ROWS = rows_of("Sections"), rows_of("Issues")
WHO = {"S": SIGNS, "E": EDITOR}


@pytest.fixture
def world():
    return World()


def test_the_tables_hold_every_action():
    assert [row.name for row in SECTION_ROWS] == list(actions.SECTION)
    assert [row.name for row in ISSUE_ROWS] == list(actions.ISSUE)


@pytest.mark.parametrize("state", SECTION_ROWS[0].cells)
def test_a_section_is_touched_by_whom_the_table_names(world, state, subtests):
    section = world.bring_section(state)
    for row in SECTION_ROWS:
        with subtests.test(row.name):
            assert doers(world, actions.SECTION[row.name], section) == named(row.cells[state])


@pytest.mark.parametrize("state", ISSUE_ROWS[0].cells)
def test_an_issue_is_touched_by_whom_the_table_names(world, state, subtests):
    issue = world.bring_issue(state)
    for row in ISSUE_ROWS:
        with subtests.test(row.name):
            assert doers(world, actions.ISSUE[row.name], issue) == named(row.cells[state])


def named(letters: str) -> set[str]:
    """The kinds of people that a cell names: A for every author, S who signs, E the editor."""
    if letters == "–":
        return set()
    kinds = {WHO[letter] for letter in letters if letter != "A"}
    return kinds | {"other author", SIGNS} if "A" in letters else kinds


def doers(world: World, action: actions.Action, thing: Any) -> set[str]:
    """Who gets it done; the thing is as before afterwards."""
    thing = type(thing).objects.get(pk=thing.pk)
    done = set()
    with undone():
        url, data = action.prepare(thing)
        for kind in KINDS:
            with undone():
                if action.try_it(world.client(kind), thing, url, data):
                    done.add(kind)
    return done


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
