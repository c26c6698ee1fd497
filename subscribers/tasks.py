"""Celery tasks. The rows are the truth: each may run twice, late, or not at all."""

import logging

from celery import shared_task

from . import confirmation, inactivity, own_data_mail
from .importing import files, work
from .models import Subscriber, Transfer

logger = logging.getLogger(__name__)


@shared_task(name="subscribers.send_confirmation")
def send_confirmation(subscriber_id: int) -> None:
    """Send one confirmation, if one waits."""
    try:
        confirmation.send(subscriber_id)
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="subscribers.send_waiting_confirmations")
def send_waiting_confirmations() -> None:
    """Send what a lost task, a stopped broker or a mail server's refusal left behind."""
    try:
        confirmation.send_waiting()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="subscribers.send_own_data_link")
def send_own_data_link(subscriber_id: int) -> None:
    """Send the link to a reader's own data, if one waits."""
    try:
        own_data_mail.send(subscriber_id)
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="subscribers.send_waiting_links")
def send_waiting_links() -> None:
    """Send the links to readers' own data that a lost task left behind."""
    try:
        own_data_mail.send_waiting()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="subscribers.forget_stale")
def forget_stale() -> None:
    """Delete those who asked 30 days ago and never confirmed, with their evidence."""
    _rows, by_model = Subscriber.objects.stale().delete()
    logger.info("Unconfirmed subscribers forgotten: %s.", by_model.get(Subscriber._meta.label, 0))


@shared_task(name="subscribers.care_for_the_silent")
def care_for_the_silent() -> None:
    """Ask readers of whom nothing was heard for years whether they stay; forget who does not answer."""
    try:
        logger.info("Readers asked whether they stay: %s.", inactivity.ask())
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)
    logger.info("Readers forgotten who did not answer: %s.", inactivity.forget())


@shared_task(name="subscribers.carry_on_import")
def carry_on_import(import_id: int) -> None:
    """Work at one import for a while, then leave it to the next task."""
    if work.carry_on(import_id):
        carry_on_import.delay(import_id)


@shared_task(name="subscribers.carry_on_imports")
def carry_on_imports() -> None:
    """Find imports that a lost task, a stopped broker or a dead worker left behind, and go on with them."""
    for import_id in work.waiting():
        carry_on_import.delay(import_id)


@shared_task(name="subscribers.forget_old_imports")
def forget_old_imports() -> None:
    """Delete uploaded files that nobody went on with for a week, and what the log holds for over a year."""
    logger.info("Imports given up after a week: %s.", files.forget_old())
    logger.info("Old lines of the log of imports and exports: %s.", Transfer.objects.forget_old())
