"""The clock of the newsroom."""

from celery import shared_task

from . import workflow
from .links import lookup


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
