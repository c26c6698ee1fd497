"""Which worker has which batch, and what becomes of a batch whose worker died."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from .models import Batch, Delivery, Mailing

# Longer than the ten minutes that RFC 5321 (4.5.3.2.6) gives a server to answer the final dot.
LEASE = timedelta(minutes=15)
# A batch that kills its worker so many times is put aside, so that the others get on.
MAX_ATTEMPTS = 5


@contextmanager
def ownership() -> Iterator[str]:
    """Give a token that names this worker's hold, alive as long as the block runs.

    On PostgreSQL an advisory lock of this session says so, and falls with the connection (not through
    a pooler in transaction mode); elsewhere the process's number and start time.
    """
    process = psutil.Process()
    token = f"{os.getpid()}/{process.create_time():.2f}/{secrets.token_hex(12)}"
    if connection.vendor == "postgresql":
        _advisory("pg_advisory_lock", token)
    try:
        yield token
    finally:
        if connection.vendor == "postgresql" and connection.is_usable():
            _advisory("pg_advisory_unlock", token)


def is_alive(token: str) -> bool:
    """Whether the worker that holds this token still runs. Call inside a transaction."""
    if connection.vendor == "postgresql":
        return not _advisory("pg_try_advisory_xact_lock", token)
    pid, started, _random = token.split("/")
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(started)) < 1
    except psutil.NoSuchProcess:
        return False


def claim(batch_id: int, owner: str) -> Batch | None:
    """Take a waiting batch. None if it is not to be had. (Compare-and-set: the row count decides.)"""
    taken = (
        Batch.objects.filter(pk=batch_id, state=Batch.State.QUEUED, mailing__state=Mailing.State.SENDING)
        .filter(Q(not_before=None) | Q(not_before__lte=Now()))
        .update(
            state=Batch.State.CLAIMED,
            owner=owner,
            lease_until=Now() + LEASE,
            announced_at=None,
            attempts=F("attempts") + 1,
        )
    )
    return Batch.objects.select_related("mailing").get(pk=batch_id) if taken else None


def release(batch: Batch, owner: str, *, wait: timedelta | None = None) -> None:
    """Give a batch back in good order, for whoever comes next; after a while, if so asked."""
    Batch.objects.filter(pk=batch.pk, owner=owner).update(
        state=Batch.State.QUEUED,
        owner="",
        lease_until=None,
        attempts=0,
        not_before=Now() + wait if wait else None,
    )


def finish(batch: Batch, owner: str) -> None:
    """Close a batch all of whose deliveries were tried."""
    Batch.objects.filter(pk=batch.pk, owner=owner).update(state=Batch.State.DONE, owner="", lease_until=None)


def take_back_from_the_dead(mailing: Mailing) -> None:
    """Queue again the batches whose worker died, and settle what it left unwritten."""
    for batch in mailing.batches.filter(state=Batch.State.CLAIMED):
        with transaction.atomic():
            _take_back(batch)


def _take_back(batch: Batch) -> None:
    expired = Batch.objects.filter(pk=batch.pk, owner=batch.owner, lease_until__lt=Now()).exists()
    if not expired and is_alive(batch.owner):
        return
    poison = batch.attempts >= MAX_ATTEMPTS
    # Taking the owner away fences a worker that only slept: its next message finds no row to update.
    taken = Batch.objects.filter(pk=batch.pk, owner=batch.owner, state=Batch.State.CLAIMED).update(
        state=Batch.State.SHELVED if poison else Batch.State.QUEUED, owner="", lease_until=None
    )
    if not taken:
        return
    # Read after the fence: the sleeper may have moved on since.
    batch.refresh_from_db()
    settle_unwritten(batch)


def settle_unwritten(batch: Batch) -> None:
    """Settle the rows a dead worker did not write: before the cursor sent, at the cursor uncertain."""
    unwritten = batch.deliveries.planned()
    unwritten.filter(position__lt=batch.cursor).update(state=Delivery.State.SENT, settled_at=Now())
    at_the_cursor = unwritten.filter(position=batch.cursor)
    for delivery in at_the_cursor:
        doubt(delivery)


def doubt(delivery: Delivery, reply: str = "") -> None:
    """Settle a delivery whose acceptance is unknown: sent again once, or held, by VEILLE_UNCERTAIN."""
    again = settings.VEILLE_UNCERTAIN == "resend" and not delivery.repeats
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PLANNED).update(
        state=Delivery.State.DEFERRED if again else Delivery.State.UNCERTAIN,
        repeats=F("repeats") + int(again),
        reply=reply[:500],
        next_attempt_at=Now() if again else None,
        settled_at=None if again else Now(),
    )


def _advisory(function: str, token: str) -> bool:
    key = int.from_bytes(hashlib.sha256(token.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
        return bool(cursor.fetchone()[0])
