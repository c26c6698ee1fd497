"""How much a file may hold, and how long it may take."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from ..items import Item

MOST_BYTES = 10 * 1024 * 1024
MOST_LINKS = 20_000
SECONDS = 10.0


class Unreadable(Exception):
    """This file cannot be brought in; the text, in the person's language, says why."""


class Clock:
    """Ends what takes too long, whatever a file does to a parser."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Raises Unreadable when the time is over."""
        if time.monotonic() > self._until:
            raise Unreadable(_("This file takes too long to read. Cut it into several."))


def bounded(items: Iterable[Item], clock: Clock) -> Iterator[Item]:
    """Give the items, as many as may be, as long as it may take. Raises Unreadable."""
    for number, item in enumerate(items, 1):
        if number > MOST_LINKS:
            text = _("The file has more than %(n)d links. Cut it into several.")
            raise Unreadable(text % {"n": MOST_LINKS})
        if number % 100 == 0:
            clock.check()
        yield item
