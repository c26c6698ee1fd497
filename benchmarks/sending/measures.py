"""The four measures, each a round after a round of runs that may be compared."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime

import psutil
from django.conf import settings
from django.db import connection

from mailings.models import SURVIVORS_COME_BACK, Delivery, Mailing
from mailings.plan import announce, plan

from . import BenchmarkError
from .database import have_nothing, have_readers, publish
from .environment import ROOT
from .message import with_marks
from .results import Run
from .sink import Sink, a_sink
from .usage import cpu_seconds, peak_bytes
from .workers import look_after, running_workers

# Planning and the larger of two mailings, in multiples of the smaller.
LARGE, HUGE = 10, 100
# Without a message in so many seconds, something is wrong.
_STALL_SECONDS = 60


def one_worker(recipients: int, port: int) -> dict[str, Run]:
    """A bare smtplib loop, and then one worker with the same message."""
    return _loop_and_workers(recipients, port, workers=1)


def two_workers(recipients: int, port: int) -> dict[str, Run]:
    """The same loop, and then two workers."""
    return _loop_and_workers(recipients, port, workers=2)


def growth(recipients: int, port: int) -> dict[str, Run]:
    """One worker with a mailing, and a fresh one with a mailing ten times as large."""
    return {
        "small": _send(recipients, port)["workers"],
        "large": _send(recipients * LARGE, port)["workers"],
    }


def planning(recipients: int, port: int) -> dict[str, Run]:
    """Plan a hundred times as many recipients, in a process of its own."""
    count = recipients * HUGE
    have_nothing()
    have_readers(count)
    planned = _run_in_a_process("planning", str(publish().pk), recipients=count)
    _expect_rows(Mailing.objects.get(), Delivery.State.PLANNED, count)
    return {"planning": planned}


MEASURES: dict[str, Callable[[int, int], dict[str, Run]]] = {
    "one-worker": one_worker,
    "two-workers": two_workers,
    "growth": growth,
    "planning": planning,
}


def _loop_and_workers(recipients: int, port: int, *, workers: int) -> dict[str, Run]:
    return _send(recipients, port, workers=workers, beside_loop=True)


def _send(recipients: int, port: int, *, workers: int = 1, beside_loop: bool = False) -> dict[str, Run]:
    """Send a mailing by workers that are warm: they have sent one already. Raises BenchmarkError."""
    have_nothing()
    warm_up = min(recipients, workers * settings.VEILLE_BATCH_SIZE)
    runs = {}
    with a_sink(port) as sink, running_workers(workers) as processes:
        have_readers(warm_up)
        _time_sending(_planned(), sink, processes)
        sent = warm_up
        # A worker that has just started looks for work once more: not while the loop is measured.
        time.sleep(SURVIVORS_COME_BACK.total_seconds() + 2)
        have_readers(recipients)
        mailing = _planned()
        if beside_loop:
            runs["loop"] = _run_in_a_process(
                "loop",
                str(port),
                str(recipients),
                recipients=recipients,
                given=with_marks(mailing),
            )
            sent += recipients
            sink.expect(sent)
        runs["workers"] = _time_sending(mailing, sink, processes)
        sink.expect(sent + recipients)
    _expect_rows(mailing, Delivery.State.SENT, recipients)
    return runs


def _planned() -> Mailing:
    issue = publish()
    return plan(issue, issue.rendition)


def _time_sending(mailing: Mailing, sink: Sink, processes: list[psutil.Popen]) -> Run:
    """Make a planned mailing known to the workers, and wait until the database says it is finished.

    Both times are those of the database's clock, so that looking seldom costs no exactness.
    """
    cpu = cpu_seconds(processes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        began = cursor.fetchone()[0]
    announce()
    finished_at = _wait_until_finished(mailing, sink, processes)
    return Run(
        recipients=mailing.planned,
        seconds=(finished_at - began).total_seconds(),
        cpu_seconds=cpu_seconds(processes) - cpu,
        peak_bytes=max(peak_bytes(process.pid) for process in processes),
    )


def _wait_until_finished(mailing: Mailing, sink: Sink, processes: list[psutil.Popen]) -> datetime:
    count, moved_at = sink.count(), time.monotonic()
    while mailing.state == Mailing.State.SENDING:
        time.sleep(0.1)
        look_after(processes)
        if sink.count() != count:
            count, moved_at = sink.count(), time.monotonic()
        if time.monotonic() - moved_at > _STALL_SECONDS:
            raise BenchmarkError(f"Nothing has moved for {_STALL_SECONDS} s, after {count} messages")
        mailing.refresh_from_db(fields=["state", "reason", "finished_at"])
    if mailing.finished_at is None:
        raise BenchmarkError(f"The mailing is {mailing.state}: {mailing.reason}")
    return mailing.finished_at


def _expect_rows(mailing: Mailing, state: str, count: int) -> None:
    """Make sure that each recipient has a row in this state, and nobody another. Raises BenchmarkError."""
    counts = {name: number for name, number in mailing.counts().items() if number}
    if counts != {state: count}:
        raise BenchmarkError(f"{count} rows should be {state}, and the database has {counts}")


def _run_in_a_process(name: str, *arguments: str, recipients: int, given: bytes = b"") -> Run:
    """Run a module of this package, which says on its standard output what it took."""
    command = [sys.executable, "-m", f"{__package__}.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, input=given, stdout=subprocess.PIPE)
    if done.returncode:
        raise BenchmarkError(f"{name} failed")
    return Run(recipients, **json.loads(done.stdout))
