"""What workers do for the watch desk: the tasks of its rooms, where Celery looks for them."""

from .nudges.tasks import send_nudges
from .proposals.tasks import forget_proposers

__all__ = ["forget_proposers", "send_nudges"]
