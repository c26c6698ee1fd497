"""Telling the workers that links wait."""

import logging

from celery import current_app
from django.conf import settings

logger = logging.getLogger(__name__)


def announce(task: str = "issues.look_up_links") -> None:
    """Wake a worker for a task. A broker that is away loses nothing: the scheduler looks by itself."""
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **settings.VEILLE_PUBLISH_OPTIONS}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            current_app.send_task(task, connection=broker)
    # Whatever the broker's client raises: the rows are the record, the queue is a hint.
    except Exception:
        logger.warning("the broker is away; the scheduler will find the links", exc_info=True)
