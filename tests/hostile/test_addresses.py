"""Every address of the URL resolver, with parameters, queries and headers that nobody means."""

from itertools import cycle

import pytest

from tests.hostile import corpus
from tests.hostile.doors import ask, changed_paths, everything, kind_for, names
from tests.rights.addresses import url_of
from tests.rights.world import NOBODY, World

pytestmark = pytest.mark.django_db


def test_no_parameter_is_a_fault_or_has_an_effect():
    world = World()
    before = everything()
    methods = cycle(("GET", "POST", "GET", "HEAD", "POST"))
    for name in names():
        client = world.client(kind_for(name))
        for path in changed_paths(name, world):
            ask(client, next(methods), path)
    assert everything() == before


def test_no_query_is_a_fault_or_has_an_effect():
    world = World()
    before = everything()
    queries = list(corpus.QUERIES.values())
    for number, name in enumerate(names()):
        kind, url = kind_for(name), url_of(name, world)
        # Of the desk each has one: its lists refuse what they do not know before the rest is looked at.
        for query in queries if kind == NOBODY else [queries[number % len(queries)]]:
            ask(world.client(kind), "GET", f"{url}?{query}")
    assert everything() == before


def test_no_header_is_a_fault_or_has_an_effect():
    world = World()
    before = everything()
    for name in names()[::3]:
        client = world.client(NOBODY)
        response = ask(client, "GET", url_of(name, world), **corpus.HEADERS)
        assert "evil" not in response.headers.get("Location", "")
    assert everything() == before
