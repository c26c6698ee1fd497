"""The journey of a published issue to its readers: a mailing, its batches, its deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from issues.models import Issue
from subscribers.models import Subscriber

# News ages: Postfix tries for five days, a newsletter that is a day late is old.
GIVE_UP_AFTER = timedelta(hours=24)


def a_day_from_now() -> datetime:
    return timezone.now() + GIVE_UP_AFTER


class MailingQuerySet(models.QuerySet["Mailing"]):
    def sending(self) -> MailingQuerySet:
        return self.filter(state=Mailing.State.SENDING)

    def with_work_left(self) -> MailingQuerySet:
        """Those under way or paused, and the cancelled whose rows are not all settled yet."""
        batches = Batch.objects.filter(mailing=OuterRef("pk")).exclude(state=Batch.State.DONE)
        deliveries = Delivery.objects.open().filter(mailing=OuterRef("pk"))
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
    digest = models.CharField(max_length=64, editable=False)
    planned = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    faults_in_a_row = models.PositiveIntegerField(default=0, editable=False)
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
        """How many recipients are in each state. What stands before its batch's cursor was sent."""
        counts = dict.fromkeys(Delivery.State.values, 0)
        counts |= {
            row["state"]: row["n"]
            for row in self.deliveries.order_by().values("state").annotate(n=Count("pk"))
        }
        handed_over = self.deliveries.handed_over().count()
        counts[Delivery.State.SENT] += handed_over
        counts[Delivery.State.PLANNED] -= handed_over
        return counts


class Batch(models.Model):
    """A window of recipients: the unit that a worker claims.

    `cursor` is the position of the recipient that was handed over last: all before it are settled,
    or were accepted and not written yet; the one at it is known to be settled only once written.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        CLAIMED = "claimed", _("claimed")
        DONE = "done", _("done")
        SHELVED = "shelved", _("shelved")

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    cursor = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)

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
            models.CheckConstraint(condition=Q(cursor__lte=F("size")), name="batch_cursor_inside"),
            models.CheckConstraint(
                condition=Q(state="claimed", lease_until__isnull=False) & ~Q(owner="")
                | ~Q(state="claimed") & Q(owner=""),
                name="batch_claimed_has_an_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id}/{self.number}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def planned(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.PLANNED)

    def deferred(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.DEFERRED)

    def open(self) -> DeliveryQuerySet:
        """Those whose journey is not over."""
        return self.filter(state__in=[Delivery.State.PLANNED, Delivery.State.DEFERRED])

    def handed_over(self) -> DeliveryQuerySet:
        """Those accepted and not written yet: before the cursor of a batch that a worker has."""
        return self.planned().filter(batch__state=Batch.State.CLAIMED, position__lt=F("batch__cursor"))

    def uncertain(self) -> DeliveryQuerySet:
        """Those whose acceptance is unknown, and who are not sent to again by themselves."""
        return self.filter(state=Delivery.State.UNCERTAIN)

    def missing(self) -> DeliveryQuerySet:
        """Those who should have got it, did not, and may be sent to again."""
        return self.filter(state=Delivery.State.EXPIRED)

    def to_look_at(self) -> DeliveryQuerySet:
        """Those that did not simply arrive, or not yet."""
        # Named one by one: the index on the state serves no exclusion.
        return self.filter(
            state__in=[
                Delivery.State.DEFERRED,
                Delivery.State.REFUSED,
                Delivery.State.SKIPPED,
                Delivery.State.EXPIRED,
                Delivery.State.UNCERTAIN,
            ]
        )


class Delivery(models.Model):
    """One mailing to one subscriber: never two."""

    class State(models.TextChoices):
        PLANNED = "planned", _("waiting")
        DEFERRED = "deferred", _("to be tried again")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")
        SKIPPED = "skipped", _("skipped")
        EXPIRED = "expired", _("given up")
        UNCERTAIN = "uncertain", _("uncertain")

    # A million rows are written at once. The constraints below serve as the indexes of the keys, and
    # that the mailing exists follows from the batch: each check of a key costs 3 s in a million.
    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    position = models.PositiveIntegerField()
    subscriber = models.ForeignKey(
        Subscriber,
        verbose_name=_("subscriber"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="deliveries",
        db_index=False,
    )
    address = models.CharField(_("address"), max_length=320)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    repeats = models.PositiveSmallIntegerField(_("repeats"), default=0)
    reply = models.CharField(_("the server’s words"), max_length=500, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    settled_at = models.DateTimeField(_("on"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["batch", "position"]
        indexes = [
            models.Index(
                fields=["mailing", "next_attempt_at"], condition=Q(state="deferred"), name="delivery_deferred"
            ),
            models.Index(fields=["mailing", "state"], name="delivery_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "mailing"], name="delivery_once_per_subscriber"),
            models.UniqueConstraint(fields=["mailing", "address"], name="delivery_once_per_address"),
            models.UniqueConstraint(fields=["batch", "position"], name="delivery_position_is_unique"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "planned",
                        "deferred",
                        "sent",
                        "refused",
                        "skipped",
                        "expired",
                        "uncertain",
                    ]
                ),
                name="delivery_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="deferred") | Q(next_attempt_at__isnull=False),
                name="delivery_deferred_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id}: {self.address}"
