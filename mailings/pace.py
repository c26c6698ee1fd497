"""How fast: slots in time that all workers take from the same row, by the database's clock.

A row says when its next slot is free. Whoever takes n slots moves it by n times the interval, in one
conditional UPDATE; so the limit holds over workers and machines without anybody counting (the generic
cell rate algorithm, as ATM networks and proxies have it).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Model

from .destinations import rules
from .models import Batch, Destination, Mailing

# Slots are taken for about so long at once: a limit is kept within this much.
_TAKEN_AT_ONCE_SECONDS = 1.0
# While waiting, how often to look whether to stop.
_LOOK_UP_SECONDS = 0.25

# Seconds since the epoch, as the database sees it.
_NOW = {
    "postgresql": "extract(epoch FROM clock_timestamp())::float8",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}


@dataclass(frozen=True)
class Slots:
    """Leave to hand over so many messages, after so many seconds."""

    count: int
    wait: float


class Pace:
    """The pace of one batch: that of its mailing, and that of its destination."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        # None: no limit, until it is looked at again.
        self._slots: int | None = 0
        self._look_again_at = 0.0

    @property
    def left(self) -> bool:
        """Whether another message may be handed over without waiting."""
        return self._slots is None or self._slots > 0

    def take(self, wanted: int) -> int:
        """Use up to so many of the slots that are ours. Gives their number."""
        if self._slots is None:
            return wanted
        taken = min(wanted, self._slots)
        self._slots -= taken
        return taken

    def wait_for_turn(self, wanted: int, *, patience: float, stop: Callable[[], bool]) -> timedelta | None:
        """Wait until a message may be handed over; if that takes over `patience` seconds, say how long."""
        if self._slots or (self._slots is None and time.monotonic() < self._look_again_at):
            return None
        wait, count = 0.0, wanted
        limits = self._limits()
        # The slower first, so that no slot of the faster is taken and left.
        for row, per_minute in sorted(limits, key=lambda limit: limit[1]):
            slots = take_slots(row, per_minute, wanted=count, patience=patience)
            if not slots.count:
                return timedelta(seconds=slots.wait)
            wait, count = max(wait, slots.wait), slots.count
        self._slots = count if limits else None
        self._look_again_at = time.monotonic() + _TAKEN_AT_ONCE_SECONDS
        turn = time.monotonic() + wait
        while (left := turn - time.monotonic()) > 0 and not stop():
            time.sleep(min(left, _LOOK_UP_SECONDS))
        return None

    def _limits(self) -> list[tuple[Model, int]]:
        limits: list[tuple[Model, int]] = []
        # Read anew each time: an editor may have changed it since the batch was claimed.
        mailing = Mailing.objects.only("per_minute").get(pk=self._batch.mailing_id)
        if mailing.per_minute:
            limits.append((mailing, mailing.per_minute))
        rule = rules().get(self._batch.lane)
        if rule and rule.per_minute:
            limits.append((Destination.objects.get_or_create(name=rule.name)[0], rule.per_minute))
        return limits


def take_slots(row: Model, per_minute: int, *, wanted: int, patience: float) -> Slots:
    """Take slots of a row that has a `next_slot`: as many as a second holds, one at the least.

    None are taken (count 0) if they were free only after `patience` seconds; `wait` then says when.
    """
    interval = 60.0 / per_minute
    count = max(1, min(wanted, int(_TAKEN_AT_ONCE_SECONDS / interval)))
    table, now = row._meta.db_table, _NOW[connection.vendor]
    greatest = "greatest" if connection.vendor == "postgresql" else "max"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} SET next_slot = {greatest}(next_slot, {now}) + %s
            WHERE id = %s AND next_slot <= {now} + %s
            RETURNING next_slot - %s - {now}
            """,  # noqa: S608
            [count * interval, row.pk, patience, count * interval],
        )
        taken = cursor.fetchone()
        if taken:
            return Slots(count, max(0.0, taken[0]))
        cursor.execute(f"SELECT next_slot - {now} FROM {table} WHERE id = %s", [row.pk])  # noqa: S608
        (wait,) = cursor.fetchone()
        return Slots(0, max(0.0, wait))
