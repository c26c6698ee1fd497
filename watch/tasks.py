"""What workers do for the watch desk: the tasks of its rooms, where Celery looks for them."""

from .bringing.tasks import forget_old_link_files, read_saved_feeds

__all__ = ["forget_old_link_files", "read_saved_feeds"]
