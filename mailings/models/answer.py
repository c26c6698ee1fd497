"""What readers answer to a section."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def totals(self) -> list[dict[str, Any]]:
        """How many of each value there are, section by section, in the order of the issue."""
        counts = {value: Count("pk", filter=Q(value=value)) for value in Reaction.Value.values}
        sections = self.values("section", "section__title").annotate(**counts)
        return list(sections.order_by("section__position"))


class Reaction(models.Model):
    """A reader's opinion of a section: one for each mail, the last that was given."""

    class Value(models.TextChoices):
        USEFUL = "useful", _("useful")
        NOT_FOR_ME = "not_for_me", _("not for me")

    # Who erased themselves, or whose delivery is forgotten, still counts.
    delivery = models.ForeignKey(
        "mailings.Delivery", on_delete=models.SET_NULL, null=True, related_name="reactions"
    )
    section = models.ForeignKey("issues.Section", on_delete=models.CASCADE, related_name="reactions")
    value = models.CharField(max_length=20, choices=Value)
    at = models.DateTimeField(default=timezone.now)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["delivery", "section"], name="reaction_once_for_each_mail"),
            models.CheckConstraint(
                condition=Q(value__in=["useful", "not_for_me"]), name="reaction_value_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id}: {self.value}"


class ReaderReplyQuerySet(models.QuerySet["ReaderReply"]):
    def waiting(self) -> ReaderReplyQuerySet:
        """Those that nobody sends at the moment, oldest first."""
        free = Q(sending_until=None) | Q(sending_until__lte=timezone.now())
        return self.filter(free, sent_at=None).order_by("at", "pk")


class ReaderReply(models.Model):
    """A reader's words to the authors of a section. They are kept until they are sent, and no longer."""

    delivery = models.ForeignKey("mailings.Delivery", on_delete=models.CASCADE, related_name="replies")
    section = models.ForeignKey("issues.Section", on_delete=models.CASCADE, related_name="reader_replies")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    sending_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = ReaderReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader’s reply")
        verbose_name_plural = _("readers’ replies")
        indexes = [models.Index(fields=["at"], condition=Q(sent_at=None), name="reply_waits")]

    def __str__(self) -> str:
        return f"{self.section_id}, {self.at:%Y-%m-%d %H:%M}"
