"""Readers as CSV, row by row: as much memory for a million as for ten."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet

from authors.models import User
from subscribers.columns import COLUMNS, SubscriberResource, cells_of
from subscribers.importing.records import Transfer
from subscribers.models import ConsentEvent, Subscriber

MAY_EXPORT = "subscribers.export_subscriber"
CHUNK = 1000


def export(*, state: str = "", by: User | None) -> tuple[int, Iterator[str]]:
    """Give how many readers there are, and the lines of their file; note in the log who took them out.

    `state` picks those in one state; empty: everybody. `by` is None at the terminal. Raises
    `PermissionDenied`. The log is written before the first line is.
    """
    if by is not None and not by.has_perm(MAY_EXPORT):
        raise PermissionDenied
    chosen = Subscriber.objects.filter(state=state) if state else Subscriber.objects.all()
    with transaction.atomic():
        count = chosen.count()
        Transfer.objects.create(kind=Transfer.Kind.EXPORT, by=by, rows=count, what=state)
    return count, _lines(chosen)


def _lines(chosen: QuerySet[Subscriber]) -> Iterator[str]:
    writer, resource = csv.writer(_Echo()), SubscriberResource()
    # The mark lets spreadsheets know that this is UTF-8.
    yield "\ufeff" + writer.writerow(COLUMNS)
    events = ConsentEvent.objects.order_by("at", "pk")
    last = 0
    # Page by page behind the last key: no cursor is kept open in the database while a slow line reads.
    while page := list(
        chosen.filter(pk__gt=last).order_by("pk").prefetch_related(Prefetch("consent_events", events))[:CHUNK]
    ):
        for subscriber in page:
            yield writer.writerow(cells_of(resource, subscriber))
        last = page[-1].pk


class _Echo:
    """A file that gives back what is written to it: Django's recipe for streaming CSV."""

    def write(self, line: str) -> str:
        return line
