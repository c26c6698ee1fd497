"""A window of recipients, and which worker has it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# Longer than the ten minutes that RFC 5321 (4.5.3.2.6) gives a server to answer the final dot.
LEASE = timedelta(minutes=15)
# How long a worker may need to find a database again that died or cut the line (it tries every second).
SURVIVORS_COME_BACK = timedelta(seconds=5)


class BatchQuerySet(models.QuerySet["Batch"]):
    def ready(self, now: Now | CombinedExpression | None = None) -> BatchQuerySet:
        """Those that a worker may claim, now or since then."""
        at = Now() if now is None else now
        return self.filter(Q(not_before=None) | Q(not_before__lte=at), state=Batch.State.QUEUED)

    def claimed(self) -> BatchQuerySet:
        return self.filter(state=Batch.State.CLAIMED)

    def at_work(self, within: timedelta) -> BatchQuerySet:
        """Those whose worker gave a sign within that time."""
        return self.claimed().filter(lease_until__gt=Now() + LEASE - within)


class Batch(models.Model):
    """A window of recipients: the unit that a worker claims.

    `cursor` is the position of the recipient that was handed over last, `handed_from` that of the first
    one handed over in the same go (the same by SMTP; a call to a provider hands many over). All before
    are settled, or were accepted and not written yet; these are known to be settled only once written.
    `lane` names the destination whose limits hold for all recipients of the batch.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        CLAIMED = "claimed", _("claimed")
        DONE = "done", _("done")
        SHELVED = "shelved", _("shelved")

    mailing = models.ForeignKey("mailings.Mailing", on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    lane = models.CharField(max_length=255, blank=True)
    size = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    suspected_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    handed_from = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["mailing", "number"]
        indexes = [
            models.Index(
                fields=["mailing", "number"],
                condition=Q(state__in=["queued", "claimed"]),
                name="batch_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "number"], name="batch_number_is_unique"),
            models.CheckConstraint(
                condition=Q(cursor__lte=F("size"), handed_from__lte=F("cursor")), name="batch_cursor_inside"
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", lease_until__isnull=False) & ~Q(owner="")
                | ~Q(state="claimed") & Q(owner=""),
                name="batch_claimed_has_an_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id}/{self.number}"
