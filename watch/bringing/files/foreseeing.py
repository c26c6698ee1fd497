"""What a file would bring in: found out before anything is written, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from issues.links.aliases import resolve_all

from ...keeping import NotALink, address_of
from ...models import Clip
from ..items import Item
from . import recognising


@dataclass(frozen=True)
class Refusal:
    """A link that cannot be kept: where it stands in the file, what it is, and why not."""

    line: int
    what: str
    why: str


@dataclass(frozen=True)
class Wanted:
    """A link to keep, with the key of its page."""

    item: Item
    address: str
    key: str


@dataclass
class Foreseen:
    """What would become of each link of a file. `double` are those that stand in it once more."""

    kind: str
    new: list[Wanted] = field(default_factory=list)
    known: int = 0
    double: int = 0
    refused: list[Refusal] = field(default_factory=list)


def foresee(person: Any, data: bytes) -> Foreseen:
    """Look at a file that a person brings. Writes nothing. Raises `Unreadable`."""
    kind, items = recognising.read(data)
    foreseen = Foreseen(kind)
    good: list[tuple[Item, str, str]] = []
    for item in items:
        try:
            good.append((item, *address_of(item.url)))
        except NotALink as error:
            why = str(error) if item.url else _("There is no address in this line.")
            foreseen.refused.append(Refusal(item.line, (item.url or item.title)[:200], why))
    keys = resolve_all(canonical for _item, _address, canonical in good)
    kept = set(Clip.objects.filter(person=person).order_by().values_list("link__key", flat=True))
    seen: set[str] = set()
    for item, address, canonical in good:
        key = keys[canonical]
        if key in seen:
            foreseen.double += 1
        elif key in kept:
            foreseen.known += 1
        else:
            foreseen.new.append(Wanted(item, address, key))
        seen.add(key)
    return foreseen
