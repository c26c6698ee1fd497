"""Find unfinished work in the database and hand it out. Idempotent: may run twice, late, or in two places."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from . import breaker
from .claim import free_connections, take_back_from_the_dead
from .models import Batch, Delivery, Mailing
from .witness import pause_if_restored

logger = logging.getLogger(__name__)

# So many batches are announced at once: each worker comes back for more after its own.
ANNOUNCED_AT_ONCE = 16
# After so long an announcement is taken to be lost with its broker.
ANNOUNCED_FOR = timedelta(seconds=15)


def dispatch() -> list[int]:
    """Give the keys of the batches that a worker should send now, after putting all else in order."""
    waiting: list[int] = []
    for mailing in Mailing.objects.with_work_left().without_bytes().order_by("pk"):
        # Pausing stops messages, not the bookkeeping: what a dead worker left is settled at once.
        take_back_from_the_dead(mailing)
        if mailing.state == Mailing.State.SENDING and not pause_if_restored(mailing):
            _shelve(mailing)
            _gather_due(mailing)
            waiting += _announce(mailing)
        elif mailing.state == Mailing.State.CANCELLED:
            _drop_what_waits(mailing)
        _finish(mailing)
    return waiting


def _gather_due(mailing: Mailing) -> None:
    """Put the deliveries whose next attempt has come into new batches."""
    with transaction.atomic():
        # One dispatcher at a time for a mailing, or two would number the same batch.
        Mailing.objects.select_for_update().only("pk").get(pk=mailing.pk)
        mailing.deliveries.deferred().filter(mailing__give_up_at__lt=Now()).update(
            state=Delivery.State.EXPIRED, settled_at=Now()
        )
        lanes = (
            mailing.deliveries.deferred()
            .filter(next_attempt_at__lte=Now())
            .order_by()
            .values_list("batch__lane", flat=True)
            .distinct()
        )
        for lane in list(lanes):
            _gather_lane(mailing, lane)


def _gather_lane(mailing: Mailing, lane: str) -> None:
    due = mailing.deliveries.deferred().filter(next_attempt_at__lte=Now(), batch__lane=lane)
    last = mailing.batches.aggregate(last=Max("number"))["last"] or 0
    for number in range(last + 1, last + 1 + ANNOUNCED_AT_ONCE):
        deliveries = list(due.order_by("pk").only("pk")[: settings.VEILLE_BATCH_SIZE])
        if not deliveries:
            return
        batch = Batch.objects.create(mailing=mailing, number=number, lane=lane, size=len(deliveries))
        for position, delivery in enumerate(deliveries, 1):
            delivery.batch, delivery.position = batch, position
            delivery.state, delivery.next_attempt_at = Delivery.State.PLANNED, None
        # Only those that still wait: an acceptance that came late has settled some since they were read.
        Delivery.objects.deferred().bulk_update(deliveries, ["batch", "position", "state", "next_attempt_at"])


def _announce(mailing: Mailing) -> list[int]:
    chosen: list[int] = []
    ready = mailing.batches.ready()
    fresh = Q(announced_at__gt=Now() - ANNOUNCED_FOR)
    for lane in list(ready.order_by().values_list("lane", flat=True).distinct()):
        free = free_connections(lane)
        places = ANNOUNCED_AT_ONCE if free is None else min(free, ANNOUNCED_AT_ONCE)
        places -= ready.filter(fresh, lane=lane).count()
        quiet = ready.filter(~fresh | Q(announced_at=None), lane=lane).order_by("number")
        chosen += quiet.values_list("pk", flat=True)[: max(0, places)]
    Batch.objects.filter(pk__in=chosen).update(announced_at=Now())
    return chosen


def forget_announcements(batches: list[int]) -> None:
    """Let batches be announced again at once: their announcement did not reach the broker."""
    Batch.objects.filter(pk__in=batches).update(announced_at=None)


def _shelve(mailing: Mailing) -> None:
    """When only shelved batches are left, say so: a person must look."""
    # Asked at once: between two questions the last batch may come to its end.
    left = set(mailing.batches.exclude(state=Batch.State.DONE).order_by().values_list("state", flat=True))
    if left == {Batch.State.SHELVED}:
        breaker.stop(mailing, _("Some batches stopped their worker again and again, and were put aside."))


def _drop_what_waits(mailing: Mailing) -> None:
    if not mailing.batches.claimed().exists():
        # Whose first copy may have arrived was not simply passed over.
        mailing.deliveries.open().filter(repeats__gt=0).update(
            state=Delivery.State.UNCERTAIN, settled_at=Now()
        )
        mailing.deliveries.open().update(state=Delivery.State.SKIPPED, settled_at=Now())
        mailing.batches.exclude(state=Batch.State.DONE).update(state=Batch.State.DONE)


def _finish(mailing: Mailing) -> None:
    """A mailing is finished when each of its recipients has come to an end, and they are all there."""
    if mailing.state != Mailing.State.SENDING or mailing.batches.exclude(state=Batch.State.DONE).exists():
        return
    # After the batches: one of them may just have put its last reader off.
    if mailing.deliveries.deferred().exists():
        return
    counts = mailing.recount()
    if sum(counts.values()) != mailing.planned or counts[Delivery.State.PLANNED]:
        logger.error(
            "mailing %s: of %s recipients planned, there are %s", mailing.pk, mailing.planned, counts
        )
        return
    Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.SENDING).update(
        state=Mailing.State.FINISHED, finished_at=Now(), reason=""
    )
