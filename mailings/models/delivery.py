"""One mailing to one subscriber, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from subscribers.models import Subscriber

from .batch import Batch

# Named one by one: an index serves no exclusion.
TO_LOOK_AT = ["deferred", "refused", "skipped", "expired", "uncertain"]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def planned(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.PLANNED)

    def deferred(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.DEFERRED)

    def open(self) -> DeliveryQuerySet:
        """Those whose journey is not over."""
        return self.filter(state__in=[Delivery.State.PLANNED, Delivery.State.DEFERRED])

    def handed_over_from(self, batches: Iterable[Batch]) -> DeliveryQuerySet:
        """Those accepted and not written yet: before the cursor of a batch that a worker has."""
        # Batch by batch, as they lie: joined, all rows of a mailing would be looked at.
        before = (Q(batch=batch, position__lt=batch.handed_from) for batch in batches)
        return self.planned().filter(reduce(or_, before, Q(pk=None)))

    def uncertain(self) -> DeliveryQuerySet:
        """Those whose acceptance is unknown, and who are not sent to again by themselves."""
        return self.filter(state=Delivery.State.UNCERTAIN)

    def by_state(self) -> dict[str, int]:
        """How many are in each state that occurs."""
        return {row["state"]: row["n"] for row in self.order_by().values("state").annotate(n=Count("pk"))}

    def to_look_at(self) -> DeliveryQuerySet:
        """Those that did not simply arrive, or not yet."""
        return self.filter(state__in=TO_LOOK_AT)


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

    # A million rows are written at once, and each check of a key costs 3 s in a million. The constraints
    # below serve as the indexes of the keys; mailing and batch exist, since the rows are made from them.
    mailing = models.ForeignKey(
        "mailings.Mailing",
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
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
            # The few that did not simply arrive: the many who wait or were sent to are in no index of states.
            models.Index(
                fields=["mailing", "state", "id"],
                condition=Q(state__in=TO_LOOK_AT),
                name="delivery_to_look_at",
            ),
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
