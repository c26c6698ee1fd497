"""What is followed over the queue: which request a task came from, and how often tasks fail.

Failures are counted in the database. Files that the processes of one machine share (prometheus_client's
multiprocess mode) would know nothing of the workers of another, and each would need a door for Prometheus.
"""

import logging
from collections import Counter
from typing import Any

from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun
from django.db import DatabaseError, InterfaceError, close_old_connections

from .models import TaskFailures
from .request_ids import REQUEST_ID

logger = logging.getLogger(__name__)

_REQUEST = "veille_request_id"
# Failures of this process that the database does not have yet: it may be why a task failed.
_unwritten: Counter[str] = Counter()


@before_task_publish.connect
def send_along(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """A task is published: by a request, or by a task that one published."""
    if headers is not None and (request_id := REQUEST_ID.get()):
        headers[_REQUEST] = request_id


@task_prerun.connect
def take_up(task: Any = None, **kwargs: Any) -> None:
    """A task begins."""
    if not task.request.is_eager:
        REQUEST_ID.set(task.request.get(_REQUEST))


@task_failure.connect
def count_failure(sender: Any = None, **kwargs: Any) -> None:
    """A task ended with an error, or its process was lost."""
    _unwritten[sender.name] += 1
    _write_down()


@task_postrun.connect
def let_go(task: Any = None, **kwargs: Any) -> None:
    """A task is over."""
    if not task.request.is_eager:
        REQUEST_ID.set(None)
    if _unwritten:
        _write_down()


def _write_down() -> None:
    try:
        # The line may be the one whose end made the task fail.
        close_old_connections()
        TaskFailures.objects.add(_unwritten)
        _unwritten.clear()
    except (DatabaseError, InterfaceError):
        logger.warning("failures of tasks are not counted yet: the database is away")
