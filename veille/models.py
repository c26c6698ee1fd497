"""What an installation knows of itself."""

from django.db import models


class Heartbeat(models.Model):
    """When the scheduler last handed out a task, and when a worker last took one. See heartbeat.py."""

    class Organ(models.TextChoices):
        BEAT = "beat"
        WORKER = "worker"

    organ = models.CharField(max_length=10, primary_key=True, choices=Organ)
    # By the database's clock.
    at = models.DateTimeField()

    class Meta:
        # Nobody sees it at the desk.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.organ}: {self.at:%Y-%m-%d %H:%M:%S}"
