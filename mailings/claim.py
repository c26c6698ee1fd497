"""Which worker has which batch, and what becomes of a batch whose worker died."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Now

from .destinations import rules
from .models import LEASE, SURVIVORS_COME_BACK, Batch, Mailing
from .settle import settle_unwritten

# How long to watch an owner whose lease ran out before it is taken for asleep.
SECOND_LOOK = timedelta(minutes=1)
# A batch that kills its worker so many times in a row, and gets nowhere, is put aside: the others get on.
MAX_ATTEMPTS = 5


@contextmanager
def ownership() -> Iterator[str]:
    """Give a token that names this worker's hold, alive as long as the block runs.

    On PostgreSQL an advisory lock of this session says so, and falls with the connection (not through
    a pooler in transaction mode); elsewhere the process's number and start.
    """
    token = f"{os.getpid()}/{_start_of(os.getpid())}/{secrets.token_hex(12)}"
    if connection.vendor == "postgresql":
        _be_missed_soon()
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
    pid, start, _random = token.split("/")
    return _start_of(int(pid)) == start


def claim(batch_id: int, owner: str) -> Batch | None:
    """Take a waiting batch. None if it is not to be had. (Compare-and-set: the row count decides.)

    Nor is it to be had while as many connections as the relay, or the batch's destination, allows are in
    use: one claimed batch is one connection.
    """
    with transaction.atomic():
        _one_at_a_time()
        if not _has_connection_left(batch_id):
            # To be announced again as soon as a connection is free.
            Batch.objects.filter(pk=batch_id).update(announced_at=None)
            return None
        if not _take(batch_id, owner):
            return None
    batch = Batch.objects.select_related("mailing").get(pk=batch_id)
    Mailing.objects.filter(pk=batch.mailing_id, started_at=None).update(started_at=Now())
    return batch


def free_connections(lane: str) -> int | None:
    """How many more batches of a lane may be claimed now. None: no limit."""
    limits = [(settings.VEILLE_CONNECTIONS, Batch.objects.claimed())]
    if rule := rules().get(lane):
        limits.append((rule.connections, limits[0][1].filter(lane=lane)))
    return min((limit - claimed.count() for limit, claimed in limits if limit), default=None)


def _has_connection_left(batch_id: int) -> bool:
    lane = Batch.objects.filter(pk=batch_id).values_list("lane", flat=True).first()
    free = None if lane is None else free_connections(lane)
    return free is None or free > 0


def _take(batch_id: int, owner: str) -> bool:
    taken = (
        Batch.objects.ready()
        .filter(pk=batch_id, mailing__state=Mailing.State.SENDING)
        .update(
            state=Batch.State.CLAIMED,
            owner=owner,
            lease_until=Now() + LEASE,
            suspected_until=None,
            announced_at=None,
            attempts=F("attempts") + 1,
        )
    )
    return taken == 1


def _be_missed_soon() -> None:
    """Let the server notice within a minute that we are gone, or asleep in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('tcp_keepalives_idle', '20', false),"
            " set_config('tcp_keepalives_interval', '10', false),"
            " set_config('tcp_keepalives_count', '3', false),"
            " set_config('idle_in_transaction_session_timeout', '60s', false)"
        )


def _one_at_a_time() -> None:
    """Let others count only what is committed. (SQLite has one writer at a time anyway.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key("veille: claims")])


def release(batch: Batch, owner: str, *, reached: int = 0, wait: timedelta | None = None) -> None:
    """Give a batch back in good order, for whoever comes next; after a while, if so asked.

    `reached` is the position that was handed over last: a database that died may have forgotten it.
    """
    cursor = Greatest("cursor", Value(reached))
    Batch.objects.filter(pk=batch.pk, owner=owner).update(
        handed_from=cursor,
        cursor=cursor,
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
    for batch in mailing.batches.claimed():
        with transaction.atomic():
            _take_back(batch)


@transaction.atomic
def abandon(batch: Batch, owner: str) -> None:
    """Leave a batch as a death would, after an error that nobody expected."""
    batch.refresh_from_db()
    if batch.owner == owner:
        _take_away(batch)


def _take_back(batch: Batch) -> None:
    if _is_gone(batch) or _sleeps(batch):
        _take_away(batch)


def _is_gone(batch: Batch) -> bool:
    """Whether the owner is dead.

    A lock falls too when the database restarts or cuts a line. Who lived on knows better than any row
    what was accepted, and gives the batch back within a second or two: that long it is waited for.
    """
    if is_alive(batch.owner):
        return False
    if connection.vendor != "postgresql":
        return True
    return not Batch.objects.at_work(SURVIVORS_COME_BACK).filter(pk=batch.pk, owner=batch.owner).exists()


def _sleeps(batch: Batch) -> bool:
    """Whether a living owner gave no sign for the whole lease, nor in the minute since that was noticed.

    The second look is for clocks: after a step forward every lease seems to have run out, and the next
    message of a worker that is awake says otherwise.
    """
    late = Batch.objects.filter(pk=batch.pk, owner=batch.owner, lease_until__lt=Now())
    if late.filter(suspected_until__lt=Now()).exists():
        return True
    late.filter(suspected_until=None).update(suspected_until=Now() + SECOND_LOOK)
    return False


def _take_away(batch: Batch) -> None:
    mine = Batch.objects.filter(pk=batch.pk)
    # Taking the owner away fences a worker that only slept: its next message finds no row to update.
    taken = mine.filter(owner=batch.owner, state=Batch.State.CLAIMED).update(
        state=Batch.State.QUEUED, owner="", lease_until=None, suspected_until=None
    )
    if not taken:
        return
    # Read after the fence: the sleeper may have moved on since.
    batch.refresh_from_db()
    if settle_unwritten(batch):
        # It came further before it died: whatever killed it, it is not the batch.
        mine.update(attempts=0)
    elif batch.attempts >= MAX_ATTEMPTS:
        mine.update(state=Batch.State.SHELVED)


def _start_of(pid: int) -> str:
    """When a process started, in a form that no step of the clock moves. Empty if it is no more.

    Ticks since this boot, where the kernel tells them; a process of an earlier boot is no match.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        # proc(5): the state is the third field, the start the 22nd; the name before may hold anything.
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        try:
            return f"{psutil.Process(pid).create_time():.0f}"
        except psutil.NoSuchProcess:
            return ""
    # Dead and not yet buried by its parent.
    return "" if state in "ZX" else f"{boot}.{fields[18]}"


def _advisory(function: str, token: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_key(token)])
        return bool(cursor.fetchone()[0])


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
