"""Celery tasks: they carry keys, may run twice, late, or elsewhere, and call the functions that know."""

import mmap
from typing import Any

from celery import shared_task
from celery.signals import (
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from . import dispatch as dispatching
from .models import SURVIVORS_COME_BACK
from .plan import announce
from .send import send_batch as send
from .transports import close_kept_transport

# One byte that the processes of a pool share with their parent, which alone hears of the end.
_shutting_down = mmap.mmap(-1, 1)


@shared_task(name="mailings.dispatch")
def dispatch() -> None:
    """Hand out the batches that wait."""
    for batch_id in dispatching.dispatch():
        send_batch.delay(batch_id)


@shared_task(name="mailings.send_batch")
def send_batch(batch_id: int) -> None:
    """Send one batch, then look for more."""
    try:
        sent = send(batch_id, should_stop=_must_stop)
    except MemoryError as error:
        # Celery would take it for the end of the whole worker, and that of the other batches.
        raise RuntimeError(f"no memory left for batch {batch_id}") from error
    if sent and not _must_stop():
        # Here and now: a task for it would only be one more to wait for.
        dispatch()


def _must_stop() -> bool:
    return _shutting_down[0] != 0


@worker_ready.connect
def start_with_what_waits(sender: Any, **kwargs: Any) -> None:
    announce()
    # What a worker left that was killed a moment ago is not given to others yet.
    sender.timer.call_after(SURVIVORS_COME_BACK.total_seconds() + 1, announce)


@worker_shutting_down.connect
def end_after_this_message(**kwargs: Any) -> None:
    _shutting_down[0] = 1


@worker_process_shutdown.connect
@worker_shutdown.connect
def take_leave(**kwargs: Any) -> None:
    close_kept_transport()
