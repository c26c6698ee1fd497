"""The registry of checks, in the manner of Django's system checks.

A check is a function that looks at a `Dossier` and yields messages. It is registered with the ids it may
give; `docs/checks.md` says what each means. The letter of an id is its level: an error (E) blocks the
approval of the issue, a warning (W) must be acknowledged by name before it, an info (I) is only shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.checks import ERROR, INFO, WARNING
from django.urls import reverse

from ..models import Issue, Section

if TYPE_CHECKING:
    from .dossier import Dossier

LEVELS = {"E": ERROR, "W": WARNING, "I": INFO}


@dataclass(frozen=True)
class CheckMessage:
    """One thing to know of an issue before it is approved, in the language of whoever looks.

    `obj` is the issue or the section it is about, `field` the form field of its page (without `id_`, or a
    whole `…-group` of forms) and `line` the line of the text, from 1. `facts` are what the message rests on,
    in no language: where they change, it is another message. `elsewhere` are a label and an address to look
    at.
    """

    id: str
    message: str
    obj: Issue | Section
    hint: str = ""
    field: str = ""
    line: int | None = None
    facts: tuple[str, ...] = ()
    elsewhere: tuple[str, str] | None = None

    @property
    def level(self) -> int:
        return LEVELS[self.id.partition(".")[2][0]]

    @property
    def is_error(self) -> bool:
        return self.level == ERROR

    @property
    def is_warning(self) -> bool:
        return self.level == WARNING

    @property
    def about(self) -> str:
        """The object and the field, in short and in no language: `section:12:body`."""
        return ":".join(filter(None, (str(self.obj._meta.model_name), str(self.obj.pk), self.field)))

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of the situation: the same in every language, and in every line."""
        thing = f"{self.obj._meta.model_name}:{self.obj.pk}"
        return hashlib.sha256(json.dumps([self.id, thing, *self.facts]).encode()).hexdigest()

    @property
    def url(self) -> str:
        """The place on the desk where it can be put right."""
        page = reverse(f"admin:issues_{self.obj._meta.model_name}_change", args=[self.obj.pk])
        line = f"?line={self.line}" if self.line else ""
        if not self.field:
            return page
        return f"{page}{line}#{self.field if self.field.endswith('-group') else f'id_{self.field}'}"


Check = Callable[["Dossier"], Iterable[CheckMessage]]

_checks: dict[Check, tuple[str, ...]] = {}


def register(*ids: str) -> Callable[[Check], Check]:
    """Register a check with the ids of all messages it may give. Raises ValueError if one is taken."""

    def add(check: Check) -> Check:
        taken = set(ids) & set(registered_ids())
        if taken:
            raise ValueError(f"another check gives {', '.join(sorted(taken))}")
        _checks[check] = ids
        return check

    return add


def registered_ids() -> list[str]:
    return sorted(id for ids in _checks.values() for id in ids)


def run_checks(dossier: Dossier) -> Iterator[CheckMessage]:
    """Run every check. Raises ValueError where one gives an id that it was not registered with."""
    for check, ids in _checks.items():
        for message in check(dossier):
            if message.id not in ids:
                raise ValueError(f"{check.__name__} is not registered with {message.id}")
            yield message
