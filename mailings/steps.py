"""What a worker does each time it has found its broker: at its start, and after the line was cut."""

from typing import Any

from celery import bootsteps

from .models import SURVIVORS_COME_BACK
from .plan import announce


class LookForWork(bootsteps.StartStopStep):
    """Ask for what waits, so that a scheduler that is away is missed by nobody."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        announce()
        # What a worker left that was killed a moment ago is not given to others yet.
        parent.timer.call_after(SURVIVORS_COME_BACK.total_seconds() + 1, announce)
