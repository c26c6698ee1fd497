"""What is kept for those who watch."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import F


class TaskFailuresQuerySet(models.QuerySet["TaskFailures"]):
    def add(self, failures: Mapping[str, int]) -> None:
        """Add to the failures of tasks, by their names. Several workers may at once."""
        for task, more in failures.items():
            self.get_or_create(task=task)
            self.filter(task=task).update(count=F("count") + more)

    def by_task(self) -> dict[str, int]:
        """How often each task has failed."""
        return dict(self.values_list("task", "count"))


class TaskFailures(models.Model):
    """How often a task has ended with an error, over all workers, ever."""

    task = models.CharField(max_length=255, unique=True)
    count = models.PositiveBigIntegerField(default=0)

    objects = TaskFailuresQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.task}: {self.count}"
