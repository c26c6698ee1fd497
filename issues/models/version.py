"""What the history of a section or an issue keeps beside the columns of its row."""

from django.db import models


class Whole(models.Model):
    """A version with what belongs to it, which `issues.history.snapshot` writes; empty before it did."""

    belongings = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True
