"""Each action on a section or an issue, in each state, tried by each kind of person: docs/rights.md."""

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


def cells(rows):
    return [
        pytest.param(row.name, state, who, id=f"{row.name}-{state}")
        for row in rows
        for state, who in row.cells.items()
    ]


@pytest.mark.parametrize(("name", "state", "who"), cells(SECTION_ROWS))
def test_a_section_is_touched_by_whom_the_table_names(world, name, state, who):
    assert doers(world, actions.SECTION[name], world.bring_section(state)) == named(who)


@pytest.mark.parametrize(("name", "state", "who"), cells(ISSUE_ROWS))
def test_an_issue_is_touched_by_whom_the_table_names(world, name, state, who):
    assert doers(world, actions.ISSUE[name], world.bring_issue(state)) == named(who)


def named(letters: str) -> set[str]:
    """The kinds of people that a cell names: A for every author, S who signs, E the editor."""
    if letters == "–":
        return set()
    kinds = {WHO[letter] for letter in letters if letter != "A"}
    return kinds | {"other author", SIGNS} if "A" in letters else kinds


def doers(world: World, action: actions.Action, thing: Any) -> set[str]:
    url, data = action.prepare(thing)
    done = set()
    for kind in KINDS:
        with transaction.atomic():
            if action.try_it(world.client(kind), thing, url, data):
                done.add(kind)
            transaction.set_rollback(True)
    return done
