"""An import from upload to last row: each step is one function, and work that stops anywhere goes on.

The check reads the whole file and writes nobody: what it counts is shown before anything is imported. Both
passes go in chunks; a chunk's rows and the cursor behind them are one transaction, so that a worker that
dies, or sleeps and wakes, loses no row and writes none twice.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from .arrivals import Arrival, Reader, Refused, reader_of
from .bringing import Outcome, bring, judge
from .files import forget_files
from .reading import Layout, Unreadable, rows
from .records import Import, Transfer
from .seen import Seen, seen_in

logger = logging.getLogger(__name__)

State = Import.State
# Its number in the file, and its cells.
Row = tuple[int, list[str]]
CHUNK = 1000
# Rows a megabyte long are taken a few at a time: in characters, each cell counted as some more.
CHUNK_WEIGHT = 4 * 1024 * 1024
CELL_WEIGHT = 8
# A task does not outlast a broker's patience, nor a deploy's: it hands over to the next one.
TASK_SECONDS = 20.0
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
# So many refused rows are shown by number; all of them can be downloaded.
SHOWN = 50
MERGED, REFUSED = "merged", "refused"


def carry_on(
    pk: int, *, seconds: float | None = TASK_SECONDS, tell: Callable[[int], Any] | None = None
) -> bool:
    """Work at an import for a while; True if there is more to do. None of `seconds`: until it is done.

    Does nothing if another worker has it, or if there is nothing to do. `tell` is called with the number
    of rows done.
    """
    owner = uuid4().hex
    if not _claim(pk, owner):
        return False
    work = Import.objects.get(pk=pk)
    until = None if seconds is None else time.monotonic() + seconds
    try:
        with seen_in(work.seen_path) as seen:
            finished = _chunks(work, owner, seen, until, tell)
    except Unreadable as error:
        _fail(work, owner, " ".join(error.messages))
        return False
    except FileNotFoundError:
        with override(settings.LANGUAGE_CODE):
            _fail(work, owner, _("The file is not there any more. Please upload it again."))
        return False
    if finished:
        _finish(work, owner)
        return False
    Import.objects.filter(pk=pk, owner=owner).update(owner="", lease_until=None)
    return True


def waiting() -> list[int]:
    """The imports that nobody works at, though there is work; those that kill their workers are given up."""
    under_way = Import.objects.filter(state__in=Import.UNDER_WAY)
    free = under_way.filter(_free())
    with override(settings.LANGUAGE_CODE):
        free.filter(attempts__gte=MAX_ATTEMPTS).update(
            state=State.FAILED,
            ended_at=timezone.now(),
            error=_("This file stopped its worker again and again, and was put aside."),
        )
    return list(free.filter(attempts__lt=MAX_ATTEMPTS).order_by("pk").values_list("pk", flat=True))


def _free() -> Q:
    return Q(owner="") | Q(lease_until__lt=Now())


def _claim(pk: int, owner: str) -> bool:
    free = Import.objects.filter(_free(), pk=pk, state__in=Import.UNDER_WAY)
    return bool(free.update(owner=owner, lease_until=Now() + LEASE, attempts=F("attempts") + 1))


def _chunks(
    work: Import, owner: str, seen: Seen, until: float | None, tell: Callable[[int], Any] | None
) -> bool:
    """Do chunk after chunk. True when the file is at its end, False when time or the import is up."""
    read = reader_of(work)
    found = rows(work.path, Layout.from_json(work.layout), skip=work.cursor)
    for chunk in _portions(found):
        if until is not None and time.monotonic() > until:
            return False
        counts, refusals = _chunk(work, owner, chunk, read, seen)
        if counts is None:
            return False
        work.cursor += len(chunk)
        work.counts = dict(Counter(work.counts) + counts)
        work.refusals = refusals
        if tell:
            tell(work.cursor)
    return True


def _portions(found: Iterator[Row]) -> Iterator[list[Row]]:
    """Give the rows in portions of `CHUNK`, or of fewer where they are long."""
    portion: list[Row] = []
    weight = 0
    for row in found:
        portion.append(row)
        weight += sum(map(len, row[1])) + CELL_WEIGHT * len(row[1])
        if len(portion) >= CHUNK or weight >= CHUNK_WEIGHT:
            yield portion
            portion, weight = [], 0
    if portion:
        yield portion


def _chunk(
    work: Import, owner: str, chunk: list[Row], read: Reader, seen: Seen
) -> tuple[Counter[str] | None, list[Any]]:
    """Do some rows; give how many of each kind, or None if the import is not ours any more."""
    arrivals: list[Arrival] = []
    counts: Counter[str] = Counter()
    refusals = list(work.refusals)
    for number, cells in chunk:
        if not any(cells):
            continue
        try:
            arrivals.append(read(number, cells))
        except Refused as refused:
            counts[REFUSED] += 1
            if len(refusals) < SHOWN and work.state == State.CHECKING:
                refusals.append([number, refused.reason])
    firsts = seen.firsts((arrival.address, arrival.row) for arrival in arrivals)
    counts[MERGED] = sum(arrival.row not in firsts for arrival in arrivals)
    different: dict[str, Arrival] = {}
    for arrival in arrivals:
        before = different.get(arrival.address)
        different[arrival.address] = before.merged_with(arrival) if before else arrival
    with transaction.atomic():
        mine = Import.objects.filter(pk=work.pk, owner=owner, state=work.state, cursor=work.cursor)
        # First: it is the lock, and says whether we still may.
        if not mine.update(lease_until=Now() + LEASE):
            return None, refusals
        writing = work.state == State.IMPORTING
        repeated = {address for address, arrival in different.items() if arrival.row not in firsts}
        outcomes = (
            bring(different.values(), work, repeated=repeated) if writing else judge(different.values())
        )
        counts.update(outcome for address, outcome in outcomes.items() if different[address].row in firsts)
        mine.update(
            cursor=work.cursor + len(chunk),
            counts=dict(Counter(work.counts) + counts),
            refusals=refusals,
            attempts=0,
        )
    return counts, refusals


def _finish(work: Import, owner: str) -> None:
    mine = Import.objects.filter(pk=work.pk, owner=owner, state=work.state)
    if work.state == State.CHECKING:
        # The import counts anew.
        mine.update(
            state=State.CHECKED,
            foreseen=work.counts,
            counts={},
            rows=work.cursor,
            cursor=0,
            owner="",
            lease_until=None,
            attempts=0,
        )
        return
    with transaction.atomic():
        if mine.update(state=State.DONE, ended_at=timezone.now(), owner="", lease_until=None):
            written = (Outcome.NEW, Outcome.NOTED, Outcome.LEFT)
            brought = sum(work.counts.get(outcome, 0) for outcome in written)
            Transfer.objects.create(kind=Transfer.Kind.IMPORT, by=work.by, rows=brought, what=work.proof)
    forget_files(work)


def _fail(work: Import, owner: str, error: str) -> None:
    failed = Import.objects.filter(pk=work.pk, owner=owner).update(
        state=State.FAILED, error=error, ended_at=timezone.now(), owner="", lease_until=None
    )
    if failed:
        forget_files(work)
