"""What workers do for the watch desk: the tasks of its rooms, where Celery looks for them."""

from .proposals.tasks import forget_proposers

__all__ = ["forget_proposers"]
