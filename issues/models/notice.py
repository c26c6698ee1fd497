"""What people are told: news of a thread, and that a deadline comes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from authors.roles import is_editor

from .issue import Issue
from .review import Review


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: Any) -> NoticeQuerySet:
        """A person's own, without those of threads that she may no longer see."""
        own = self.filter(recipient=user)
        if is_editor(user):
            return own
        own = own.filter(Q(review__issue__isnull=False) | Q(review__section__bylines__author__user=user))
        return own if user.has_perm("issues.view_section") else own.none()

    def unseen(self) -> NoticeQuerySet:
        return self.filter(seen_at=None)

    def to_be_mailed(self) -> NoticeQuerySet:
        return self.unseen().filter(mailed_at=None)


class Notice(models.Model):
    """An entry of a thread that somebody is told of: on the desk at once, by mail if it stays unseen."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="notices")
    created_at = models.DateTimeField(_("on"), auto_now_add=True)
    seen_at = models.DateTimeField(_("seen on"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed on"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "review"], name="person_is_told_of_a_review_once")
        ]
        indexes = [models.Index(fields=["recipient"], condition=Q(seen_at=None), name="notice_unseen")]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.review}"

    @property
    def is_new(self) -> bool:
        return self.seen_at is None


class Reminder(models.Model):
    """A mail before a deadline that went out: of each kind one for a person, a deadline and a step.

    The deadline is part of the key, so that a moved one reminds anew.
    """

    class Kind(models.TextChoices):
        TEXTS = "texts", _("the texts of an author")
        MISSING = "missing", _("what an issue still lacks")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind)
    deadline = models.DateTimeField(_("deadline for texts"))
    days = models.PositiveSmallIntegerField(_("days before it"))
    sent_at = models.DateTimeField(_("mailed on"), auto_now_add=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "issue", "kind", "deadline", "days"],
                name="person_is_reminded_once_a_step",
            ),
            models.CheckConstraint(condition=Q(kind__in=["texts", "missing"]), name="reminder_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.issue} ({self.days})"
