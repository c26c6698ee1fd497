"""The clock of the newsroom."""

from celery import shared_task

from . import workflow


@shared_task(name="issues.publish_due")
def publish_due() -> None:
    """Publish the scheduled issues whose time has come. Harmless when run twice or late."""
    workflow.publish_due()
