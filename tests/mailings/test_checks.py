"""Settings that cannot be meant are told before anything is sent."""

import pytest
from django.core.checks import run_checks

from mailings.destinations import rules

# Some checks of the framework ask the database what it can do.
pytestmark = pytest.mark.django_db


def found():
    return [message.id for message in run_checks() if message.id and message.id.startswith("mailings")]


def test_the_settings_as_they_come_are_fine():
    assert found() == []
    assert rules()["orange.fr"].connections == 2


@pytest.mark.parametrize(
    "value",
    [
        "no json",
        "{}x",
        '[{"connections": 2}]',
        '[{"domains": []}]',
        '[{"domains": ["a.example"], "speed": 3}]',
        '[{"domains": ["a.example"], "per_minute": -1}]',
        '[{"domains": ["a.example"], "connections": "two"}]',
        '[{"domains": ["a.example"]}, {"domains": ["A.example"]}]',
        "[3]",
        '[{"domains": [3]}]',
    ],
)
def test_destinations_that_cannot_be_read_are_an_error(settings, value):
    settings.VEILLE_DESTINATIONS = value
    assert found() == ["mailings.E001"]


def test_domains_are_compared_as_they_stand_on_the_wire(settings):
    settings.VEILLE_DESTINATIONS = '[{"domains": ["Été.example"]}]'
    assert rules().keys() == {"xn--t-9fab.example"}


def test_an_unknown_way_to_treat_doubts_is_an_error(settings):
    settings.VEILLE_UNCERTAIN = "maybe"
    assert found() == ["mailings.E002"]
