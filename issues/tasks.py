"""The clock of the newsroom."""

import logging

from celery import shared_task

from . import workflow
from .drafts import keeping, presence
from .links import archived, lookup, published, turns
from .thread import digest, reminders

logger = logging.getLogger(__name__)


@shared_task(name="issues.publish_due")
def publish_due() -> None:
    """Publish the scheduled issues whose time has come. Harmless when run twice or late."""
    workflow.publish_due()


@shared_task(name="issues.look_up_links")
def look_up_links() -> None:
    """Look up some links of issues in the making; while others wait, come back behind the other tasks.

    Harmless when run twice, late, or not at all: the scheduler begins again.
    """
    if lookup.look_up_due():
        look_up_links.delay()


@shared_task(name="issues.enrol_published_links")
def enrol_published_links() -> None:
    """Note which links stand in published issues. Harmless when run twice, late, or not at all."""
    published.enrol()


@shared_task(name="issues.look_for_archived_copies")
def look_for_archived_copies() -> None:
    """Ask the archive about a few dead links. Harmless when run twice, late, or not at all."""
    archived.look_for_copies()


@shared_task(name="issues.send_digests")
def send_digests() -> None:
    """Mail people what they were told of and have not seen. Harmless when run twice, late, or not at all."""
    try:
        digest.send_due()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="issues.send_reminders")
def send_reminders() -> None:
    """Remind people of a deadline that comes. Harmless when run twice, late, or not at all."""
    try:
        reminders.send_due()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="issues.forget_old_drafts")
def forget_old_drafts() -> None:
    """Delete the drafts nobody came back for in 60 days, who was seen in a form, and the turns of servers.

    Harmless twice.
    """
    keeping.forget_old()
    presence.forget_old()
    turns.forget_old()
