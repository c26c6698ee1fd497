"""Behind a right password alone there is nothing: what is closed to a stranger stays closed."""

import pytest
from django.urls import reverse

from tests.authors.conftest import Phone
from tests.rights.addresses import all_names, data_of, url_of
from tests.rights.table import rows_of
from tests.rights.test_addresses import ask
from tests.rights.world import EDITOR, NOBODY, World

pytestmark = pytest.mark.django_db

NOBODYS = {row.name: row.cells[NOBODY] for row in rows_of("Addresses")}
# The hall itself: the second step, and setting it up.
HALL = {"admin:second-step", "admin:two-steps-set-up"}


@pytest.fixture
def world(settings):
    settings.VEILLE_SECOND_STEP = "editors"
    return World()


@pytest.mark.parametrize(("method", "has_a_phone"), [("GET", True), ("POST", True), ("POST", False)])
def test_an_editor_who_gave_the_password_alone_is_a_stranger(world, method, has_a_phone):
    if has_a_phone:
        Phone(world.people[EDITOR]).set_up()
    # An address that the table does not hold for this method answers nobody either.
    closed = [name for name in all_names() - HALL if NOBODYS.get(f"{method} {name}", "login") == "login"]
    assert len(closed) > 100
    found = {}
    for name in closed:
        answer = ask(world.client(EDITOR), method, url_of(name, world), data_of(name, world))
        if answer not in ("login", "refused"):
            found[name] = answer
    assert found == {}


def test_the_hall_leads_to_the_step_that_is_missing(world):
    client = world.client(EDITOR)
    assert client.get("/admin/login/").url.startswith(reverse("admin:two-steps-set-up"))
    Phone(world.people[EDITOR]).set_up()
    assert client.get("/admin/login/").url.startswith(reverse("admin:second-step"))
