"""Review: the thread of a section or an issue."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .issue import Issue
from .section import Section


class ReviewQuerySet(models.QuerySet["Review"]):
    def resolvable(self) -> ReviewQuerySet:
        """What asks for an answer: comments, and requests for changes."""
        return self.exclude(comment="").filter(
            Q(to_state="") | Q(to_state__in=Review.ASKING) & ~Q(from_state=F("to_state"))
        )

    def open(self) -> ReviewQuerySet:
        """What was asked and is not resolved yet."""
        return self.resolvable().filter(resolved_at=None)


class Review(models.Model):
    """One entry of the thread: a comment, or a change of state, with who, when and why.

    Something that happened and left the state as it was names it twice.

    A comment may quote the words it is about, as they stood then.
    """

    # A comment changes no state; of the changes, a request for changes alone waits for an answer.
    ASKING = ("", Section.State.CHANGES_REQUESTED)
    LONGEST_QUOTE = 2000

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
    quote = models.TextField(_("passage quoted"), blank=True)
    created_at = models.DateTimeField(_("on"), auto_now_add=True)
    resolved_at = models.DateTimeField(_("resolved on"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("resolved by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ReviewQuerySet.as_manager()

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
            models.CheckConstraint(condition=Q(quote="") | ~Q(comment=""), name="review_quotes_to_comment"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True)
                | (~Q(comment="") & Q(to_state__in=["", "changes_requested"])),
                name="review_resolved_was_a_question",
            ),
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True) | Q(resolved_at__isnull=False),
                name="review_resolved_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.comment or f"{self.from_state} → {self.to_state}"

    @property
    def changes_state(self) -> bool:
        return self.from_state != self.to_state

    @property
    def thing(self) -> Section | Issue:
        """What the entry is about."""
        thing = self.section or self.issue
        assert thing  # noqa: S101 - a constraint of the table
        return thing

    @property
    def is_resolvable(self) -> bool:
        return (
            bool(self.comment) and self.to_state in self.ASKING and (self.changes_state or not self.to_state)
        )

    @property
    def is_open(self) -> bool:
        return self.is_resolvable and self.resolved_at is None

    @property
    def anchor(self) -> str:
        """The fragment of the entry on the page of its section or issue."""
        return f"review-{self.pk}"

    @property
    def from_label(self) -> str:
        return self._label(self.from_state)

    @property
    def to_label(self) -> str:
        return self._label(self.to_state)

    def _label(self, state: str) -> str:
        states = Section.State if self.section_id else Issue.State
        return str(states(state).label) if state else ""
