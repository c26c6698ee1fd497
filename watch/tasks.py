"""What workers do for the watch desk: the tasks of its rooms, where Celery looks for them."""

from .board.tasks import free_overdue, tell_of_subjects
from .bringing.tasks import forget_old_link_files, read_saved_feeds
from .nudges.tasks import send_nudges
from .pages.tasks import fetch_pages
from .proposals.tasks import forget_proposers

__all__ = [
    "fetch_pages",
    "forget_old_link_files",
    "forget_proposers",
    "free_overdue",
    "read_saved_feeds",
    "send_nudges",
    "tell_of_subjects",
]
