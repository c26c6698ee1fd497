"""What came back of one delivery, kept as the history of an address."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .delivery import Delivery


class Bounce(models.Model):
    """One believed event. It goes with its delivery, and names no address."""

    class Kind(models.TextChoices):
        HARD = "hard", _("address does not exist")
        SOFT = "soft", _("mailbox takes nothing for now")
        OURS = "ours", _("we are refused")
        COMPLAINT = "complaint", _("complaint")

    class State(models.TextChoices):
        ACTED = "acted", _("acted on")
        # Too much came back at once: a person decides.
        HELD = "held", _("held")
        RELEASED = "released", _("believed, to be acted on")
        CONFIRMED = "confirmed", _("believed")
        DISCARDED = "discarded", _("not believed")

    # Those that say something of the address.
    BELIEVED = (State.ACTED, State.CONFIRMED)

    delivery = models.ForeignKey(
        Delivery, verbose_name=_("delivery"), on_delete=models.CASCADE, related_name="bounces"
    )
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ACTED)
    # RFC 3463, such as 5.1.1; empty if none was given.
    status = models.CharField(_("status code"), max_length=12, blank=True)
    diagnostic = models.CharField(_("the server’s words"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    # "mail", or the provider whose webhook told.
    source = models.CharField(_("source"), max_length=30)
    # What makes the same event the same: a digest, so that any length fits.
    event = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at"], name="bounce_by_time"),
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["held", "released"]),
                name="bounce_waits_for_decision",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "event"], name="bounce_once_per_event"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["hard", "soft", "ours", "complaint"]),
                name="bounce_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["acted", "held", "released", "confirmed", "discarded"]),
                name="bounce_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.status}".strip()
