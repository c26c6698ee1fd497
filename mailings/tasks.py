"""Celery tasks: they carry keys, may run twice, late, or elsewhere, and call the functions that know."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from . import dispatch as dispatching
from .send import send_batch as send

logger = logging.getLogger(__name__)

_shutting_down = False


@shared_task(name="mailings.dispatch")
def dispatch() -> None:
    """Hand out the batches that wait."""
    for batch_id in dispatching.dispatch():
        send_batch.delay(batch_id)


@shared_task(name="mailings.send_batch")
def send_batch(batch_id: int) -> None:
    """Send one batch, then look for more."""
    send(batch_id, should_stop=lambda: _shutting_down)
    if not _shutting_down:
        dispatch.delay()


@worker_ready.connect
def start_with_what_waits(**kwargs: Any) -> None:
    dispatch.delay()


@worker_shutting_down.connect
def end_after_this_message(**kwargs: Any) -> None:
    global _shutting_down
    _shutting_down = True
