"""Real Celery workers, started as in production, one process each."""

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from django.conf import settings
from kombu import Queue
from kombu.exceptions import OperationalError

from veille.celery import app

from . import BenchmarkError
from .environment import ROOT

_START_SECONDS = 60
_STOP_SECONDS = 20


@contextmanager
def own_queue() -> Iterator[None]:
    """Make sure that the broker is there; take the measurement's queue away when the block ends."""
    with app.connection_for_write(connect_timeout=5) as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0)
        except OperationalError as error:
            raise BenchmarkError(f"No broker at {broker.as_uri()}; CELERY_BROKER_URL says where") from error
    try:
        yield
    finally:
        with app.connection_for_write() as broker:
            Queue(settings.CELERY_TASK_DEFAULT_QUEUE, channel=broker.default_channel).delete()


@contextmanager
def running_workers(count: int) -> Iterator[list[psutil.Popen]]:
    """Run so many workers until the block ends. They listen when it begins."""
    run = secrets.token_hex(4)
    names = [f"bench{number}@{run}" for number in range(1, count + 1)]
    with ExitStack() as stack:
        processes = [stack.enter_context(_worker(name, _log(number))) for number, name in enumerate(names, 1)]
        _wait_for(names, processes)
        yield processes


def look_after(processes: list[psutil.Popen]) -> None:
    """Raise BenchmarkError, with its last words, if a worker has ended."""
    for number, process in enumerate(processes, 1):
        if process.poll() is not None:
            words = _log(number).read_text()[-2000:]
            raise BenchmarkError(f"Worker {number} ended by itself:\n{words}")


@contextmanager
def _worker(name: str, log: Path) -> Iterator[psutil.Popen]:
    # As in docker-compose.yml, but for the pool: one process that does all.
    command = [sys.executable, "-m", "celery", "-A", "veille", "worker", "--pool", "solo", "--hostname", name]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    with log.open("wb") as out:
        # A session of its own: Ctrl-C is for the measurement, which then ends its workers.
        process = psutil.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _log(number: int) -> Path:
    return Path(settings.DATA_DIR) / f"worker-{number}.log"


def _end(process: psutil.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(names: list[str], processes: list[psutil.Popen]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        look_after(processes)
        answers = app.control.ping(destination=names, timeout=1, limit=len(names))
        if len(answers or []) == len(names):
            return
    raise BenchmarkError("The workers do not listen")
