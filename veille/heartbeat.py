"""Whether the scheduler and the workers live, written down where everybody can read it: the database.

A broker in files answers no ping, and a worker that answers one may have stopped to hear its queue
(celery#8030). So what counts is work: the scheduler handed a task to the broker, a worker took one.
The scheduler has one to hand out every 15 seconds; so both write, every 15 seconds at the most.
"""

import logging
import time
from datetime import timedelta
from typing import Any

from celery.signals import after_task_publish, beat_embedded_init, beat_init, task_prerun, worker_init
from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Now

logger = logging.getLogger(__name__)

WRITTEN_EVERY_SECONDS = 15
# A task may take a minute, and the solo pool takes one at a time.
SILENT_AFTER = timedelta(minutes=3)

_written: dict[str, float] = {}


def beat(organ: str) -> None:
    """Write down that an organ works, unless it was written a moment ago. Never raises DatabaseError."""
    from .models import Heartbeat

    now = time.monotonic()
    if now - _written.get(organ, -WRITTEN_EVERY_SECONDS) < WRITTEN_EVERY_SECONDS:
        return
    _written[organ] = now
    try:
        if not Heartbeat.objects.filter(pk=organ).update(at=Now()):
            Heartbeat.objects.get_or_create(organ=organ, defaults={"at": Now()})
    except DatabaseError:
        logger.warning("cannot write down that the %s lives", organ, exc_info=True)
        connection.close()


def silence_of(organ: str) -> timedelta | None:
    """Give how long ago an organ last worked, by the database's clock; None if it never did.

    Raises DatabaseError.
    """
    from .models import Heartbeat

    row = Heartbeat.objects.filter(pk=organ).values_list(Now() - F("at"), flat=True).first()
    return None if row is None else max(row, timedelta(0))


# Only in real workers and schedulers: whoever else publishes or runs a task proves nothing.
@worker_init.connect
def _listen_to_worker(**kwargs: Any) -> None:
    task_prerun.connect(_worker_works)


@beat_init.connect
@beat_embedded_init.connect
def _listen_to_beat(**kwargs: Any) -> None:
    after_task_publish.connect(_beat_works)


def _worker_works(**kwargs: Any) -> None:
    beat("worker")


def _beat_works(**kwargs: Any) -> None:
    beat("beat")
    # Nobody else would close it: a scheduler handles no request, and runs no task.
    connection.close()
