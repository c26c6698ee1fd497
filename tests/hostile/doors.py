"""Knocking at every address of the house with what nobody means."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.test import Client

from tests.hostile import corpus
from tests.rights.addresses import ANYTHING_ELSE, SHORT_FORM, all_names, arguments_of, url_of
from tests.rights.world import EDITOR, NOBODY, World

ROOMS = ("authors", "issues", "subscribers", "mailings", "watch")
BEHIND = ("admin:", "issues:", "mailings:", "transfers:", "audience:", "watch:")
# Moves when somebody merely looks: who has which text open, and when.
_MOVING = {"presence"}


def names() -> list[str]:
    return sorted(all_names())


def kind_for(name: str) -> str:
    """Who gets furthest: an editor at the desk, anybody elsewhere."""
    return EDITOR if name.startswith(BEHIND) or name in (SHORT_FORM, ANYTHING_ELSE) else NOBODY


def changed_paths(name: str, world: World) -> Iterator[str]:
    """Give the path of an address with each of its parameters replaced by each of the hostile ones."""
    if name in (SHORT_FORM, ANYTHING_ELSE):
        return
    path, begin = url_of(name, world), 0
    for argument in map(str, arguments_of(name, world)):
        found = re.compile(f"[/-]{re.escape(argument)}").search(path, begin)
        assert found, (name, argument)
        at = found.start() + 1
        begin = at + len(argument)
        numbers = corpus.NUMBERS if argument.isdigit() else []
        # Where a number is wanted, the resolver lets nothing but figures through; the admin unquotes.
        segments = corpus.SEGMENTS if not numbers else ["%00", "_00"]
        for segment in [*numbers, *segments]:
            yield path[:at] + segment + path[begin:]


def ask(client: Client, method: str, path: str, **more: Any) -> HttpResponse:
    """Call an address. A fault raises where it happens; what is streamed is read to its end."""
    response: HttpResponse = client.generic(method, path, **more)
    if response.streaming:
        b"".join(response)
    # No worker runs in the tests, and no broker may.
    unready = response.status_code == 503 and path.startswith("/readyz")
    assert response.status_code < 500 or unready, (method, path[:200])
    return response


def everything() -> dict[str, list[Any]]:
    """All that the house keeps of texts, readers and mailings, to see whether something changed."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if model._meta.model_name not in _MOVING
    }
