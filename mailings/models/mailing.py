"""The frozen mail of a published issue on its way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from issues.models import Issue

from .batch import Batch
from .delivery import Delivery

# News ages: Postfix tries for five days, a newsletter that is a day late is old.
GIVE_UP_AFTER = timedelta(hours=24)
# Redis clients have been seen to stay up and hear nothing after a reconnect (celery#8030, #10302).
STALLED_AFTER = timedelta(minutes=2)


def a_day_from_now() -> datetime:
    return timezone.now() + GIVE_UP_AFTER


class MailingQuerySet(models.QuerySet["Mailing"]):
    def sending(self) -> MailingQuerySet:
        return self.filter(state=Mailing.State.SENDING)

    def without_bytes(self) -> MailingQuerySet:
        """Leave the frozen messages where they are: few who look at a mailing need them."""
        return self.defer("message", "message_8bit", "text_only", "text_only_8bit")

    def stalled(self) -> MailingQuerySet:
        """Those that should go on and do not: batches wait, and no worker gave a sign for two minutes."""
        own = OuterRef("pk")
        waiting = Batch.objects.ready(Now() - STALLED_AFTER).filter(mailing=own)
        answered = Minute.objects.filter(mailing=own, at__gt=Now() - STALLED_AFTER - timedelta(minutes=1))
        return self.sending().filter(
            Exists(waiting),
            ~Exists(Batch.objects.at_work(STALLED_AFTER)),
            ~Exists(answered),
            # Planned, or resumed by a person, before that.
            give_up_at__lt=Now() + GIVE_UP_AFTER - STALLED_AFTER,
        )

    def with_work_left(self) -> MailingQuerySet:
        """Those under way or paused, and the cancelled whose rows are not all settled yet."""
        batches = Batch.objects.filter(mailing=OuterRef("pk")).exclude(state=Batch.State.DONE)
        deliveries = Delivery.objects.deferred().filter(mailing=OuterRef("pk"))
        return self.filter(
            Q(state__in=[Mailing.State.SENDING, Mailing.State.PAUSED])
            | Q(Exists(batches), state=Mailing.State.CANCELLED)
            | Q(Exists(deliveries), state=Mailing.State.CANCELLED)
        )


class Mailing(models.Model):
    """The frozen mail of a published issue, and how far it got. One per issue."""

    class State(models.TextChoices):
        SENDING = "sending", _("sending")
        PAUSED = "paused", _("paused")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    issue = models.OneToOneField(
        Issue, verbose_name=_("issue"), on_delete=models.PROTECT, related_name="mailing"
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.SENDING, editable=False, db_index=True
    )
    reason = models.TextField(_("reason"), blank=True, editable=False)
    subject = models.CharField(_("subject line"), max_length=200, editable=False)
    sender = models.CharField(_("envelope sender"), max_length=320, editable=False)
    message = models.BinaryField(editable=False)
    message_8bit = models.BinaryField(default=b"", editable=False)
    # For readers who want plain text alone.
    text_only = models.BinaryField(default=b"", editable=False)
    text_only_8bit = models.BinaryField(default=b"", editable=False)
    digest = models.CharField(max_length=64, editable=False)
    planned = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    per_minute = models.PositiveIntegerField(
        _("messages a minute"),
        default=0,
        help_text=_("At the most, over all workers; 0: as fast as it goes."),
    )
    next_slot = models.FloatField(default=0, editable=False)
    faults_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    recent_faults = models.JSONField(default=list, editable=False)
    resumes = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("planned on"), auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    give_up_at = models.DateTimeField(default=a_day_from_now, editable=False)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True, editable=False)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-pk"]
        permissions = [("control_mailing", _("Can pause, resume and cancel a mailing"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sending", "paused", "finished", "cancelled"]),
                name="mailing_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False),
                name="mailing_finished_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.issue)

    def counts(self) -> dict[str, int]:
        """How many recipients are in each state. What stands before its batch's cursor was sent.

        Reads the sums that the batches keep, and the few rows that did not simply arrive: as fast for a
        million recipients as for ten.
        """
        counts = dict.fromkeys(Delivery.State.values, 0)
        counts |= self.deliveries.to_look_at().by_state()
        written = self.batches.aggregate(n=Sum("sent"))["n"] or 0
        unwritten = Delivery.objects.handed_over_from(self.batches.claimed()).count()
        counts[Delivery.State.SENT] = written + unwritten
        counts[Delivery.State.PLANNED] = max(0, self.planned - sum(counts.values()))
        return counts

    def recount(self) -> dict[str, int]:
        """How many recipients are in each state, counted row by row: the truth, for when it is the end."""
        return dict.fromkeys(Delivery.State.values, 0) | self.deliveries.all().by_state()


class Minute(models.Model):
    """How many messages of a mailing the server answered within one minute of the clock."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="minutes", db_index=False)
    at = models.DateTimeField()
    answered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "at"], name="minute_once_per_mailing")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}: {self.answered}"
