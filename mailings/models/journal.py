"""What happened to a mailing: who paused, resumed, slowed or repeated it, when and why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from veille.numbers import grouped


class JournalEntry(models.Model):
    """One change of a mailing's way. The change itself and its entry are one transaction.

    `number` is the new limit (messages a minute), or how many are sent to again.
    """

    class Action(models.TextChoices):
        PAUSE = "pause", pgettext_lazy("what was done", "paused")
        RESUME = "resume", gettext_lazy("resumed")
        CANCEL = "cancel", gettext_lazy("cancelled")
        RETRY = "retry", gettext_lazy("sent again")
        LIMIT = "limit", gettext_lazy("pace changed")

    class Origin(models.TextChoices):
        DESK = "desk", gettext_lazy("a deleted account")
        TERMINAL = "terminal", gettext_lazy("the terminal")
        ENGINE = "engine", gettext_lazy("by itself")

    mailing = models.ForeignKey("mailings.Mailing", on_delete=models.CASCADE, related_name="journal")
    action = models.CharField(max_length=20, choices=Action)
    origin = models.CharField(max_length=20, choices=Origin)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="mailing_journal"
    )
    number = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = gettext_lazy("journal entry")
        verbose_name_plural = gettext_lazy("journal entries")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=["pause", "resume", "cancel"], number__isnull=True)
                | Q(action__in=["retry", "limit"], number__isnull=False),
                name="journal_number_where_there_is_one",
            ),
            models.CheckConstraint(
                condition=Q(origin="desk") | Q(actor__isnull=True), name="journal_only_the_desk_has_actors"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}, {self.who}"

    @property
    def what(self) -> str:
        """What was done, in the language of who looks."""
        if self.number is None:
            return str(self.Action(self.action).label)
        values = {"n": grouped(self.number)}
        if self.action == self.Action.RETRY:
            return ngettext("sent again to %(n)s", "sent again to %(n)s", self.number) % values
        if not self.number:
            return _("limit lifted")
        return ngettext("limited to %(n)s a minute", "limited to %(n)s a minute", self.number) % values

    @property
    def who(self) -> str:
        """Who did it: a person by name, the terminal, or the engine."""
        actor: Any = self.actor
        if actor is None:
            return str(self.Origin(self.origin).label)
        return str(actor.get_full_name() or actor.get_username())
