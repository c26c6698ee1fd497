"""What workers do for kept pages."""

from celery import shared_task

from . import fetching


@shared_task(name="watch.fetch_pages")
def fetch_pages() -> None:
    """Fetch and read some of the pages that wait; while others do, come back behind the other tasks.

    Harmless when run twice, late, or not at all: the scheduler begins again.
    """
    if fetching.fetch_due():
        fetch_pages.delay()
