"""Review: the thread of a section or an issue."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .issue import Issue
from .section import Section


class Review(models.Model):
    """One entry of the thread: a comment, or a change of state, with who, when and why."""

    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, blank=True, related_name="reviews"
    )
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, null=True, blank=True, related_name="reviews")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="reviews",
    )
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(_("on"), auto_now_add=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=False, issue__isnull=True)
                | Q(section__isnull=True, issue__isnull=False),
                name="review_is_of_a_section_or_an_issue",
            ),
            models.CheckConstraint(
                condition=~Q(comment="") | ~Q(to_state=""), name="review_says_or_changes_something"
            ),
        ]

    def __str__(self) -> str:
        return self.comment or f"{self.from_state} → {self.to_state}"

    @property
    def changes_state(self) -> bool:
        return bool(self.to_state)

    @property
    def from_label(self) -> str:
        return self._label(self.from_state)

    @property
    def to_label(self) -> str:
        return self._label(self.to_state)

    def _label(self, state: str) -> str:
        states = Section.State if self.section_id else Issue.State
        return str(states(state).label) if state else ""
