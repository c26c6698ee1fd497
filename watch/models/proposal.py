"""Proposal: a subject that somebody from outside would like to read about."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from issues.models import Rubric

from .subject import Subject


class Proposal(models.Model):
    """What a visitor proposes. Shown to editors alone until one of them makes a subject of it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proposal", "waiting")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
        DECLINED = "declined", pgettext_lazy("proposal", "declined")

    title = models.CharField(_("title"), max_length=200)
    rubric = models.ForeignKey(
        Rubric, verbose_name=_("rubric"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    links = models.TextField(_("links"), help_text=_("One address a line."))
    reason = models.TextField(_("why it matters"), blank=True)
    interest = models.TextField(
        _("your own interest"),
        blank=True,
        help_text=_("Do you work for the people it is about, or sell what it speaks of? Say so here."),
    )
    name = models.CharField(_("your name"), max_length=120, blank=True)
    email = models.EmailField(_("your address, for an answer"), blank=True)
    language = models.CharField(max_length=10, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True, editable=False)
    subject = models.OneToOneField(
        Subject, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="proposal"
    )
    created_at = models.DateTimeField(_("proposed on"), auto_now_add=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="proposal_has_a_title"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "accepted", "declined"]), name="proposal_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def addresses(self) -> list[str]:
        return self.links.split()
