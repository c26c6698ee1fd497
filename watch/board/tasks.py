"""The board's own clock."""

import logging

from celery import shared_task
from django.utils import timezone

from . import overdue, telling

logger = logging.getLogger(__name__)


@shared_task(name="watch.free_overdue")
def free_overdue() -> None:
    """Free the subjects of which nothing was heard. Harmless when run twice, late, or not at all."""
    overdue.free_overdue(timezone.now())


@shared_task(name="watch.tell_of_subjects")
def tell_of_subjects() -> None:
    """Mail people what happened to subjects. Harmless when run twice, late, or not at all."""
    try:
        telling.send_waiting()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)
