"""Telling the workers that pages wait to be read."""

from django.conf import settings
from django.core.cache import cache

from issues.links.announcing import announce as announce_task

# Who brings a thousand links wakes nobody a thousand times; what comes in between is found by the run.
ONCE_IN_SECONDS = 5


def announce() -> None:
    """Wake a worker. A broker that is away loses nothing: the scheduler looks each minute."""
    if settings.VEILLE_CHECK_LINKS and cache.add("watch.pages.announced", True, ONCE_IN_SECONDS):
        announce_task("watch.fetch_pages")
