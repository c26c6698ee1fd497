"""The clock of nudges."""

import logging

from celery import shared_task

from . import sending

logger = logging.getLogger(__name__)


@shared_task(name="watch.send_nudges")
def send_nudges() -> None:
    """Send the messages of the day. Harmless when run twice, late, or not at all."""
    try:
        sending.send_due()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)
