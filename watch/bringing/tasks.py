"""Celery tasks of what comes in by itself. Each may run twice, late, or not at all."""

import logging

from celery import shared_task

from .feeds import polling
from .files import uploads

logger = logging.getLogger(__name__)


@shared_task(name="watch.read_saved_feeds")
def read_saved_feeds() -> None:
    """Read some feeds of saved items; while others wait, come back behind the other tasks."""
    if polling.read_due():
        read_saved_feeds.delay()


@shared_task(name="watch.forget_old_link_files")
def forget_old_link_files() -> None:
    """Delete brought files that nobody went on with for a day."""
    logger.info("Files of links given up after a day: %s.", uploads.forget_old())
