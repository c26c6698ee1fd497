"""Presence: who has a section or an issue open in a form."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .issue import Issue
from .section import Section


class Presence(models.Model):
    """Somebody was seen in the form of a section or an issue at `seen_at`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="presences"
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, blank=True, related_name="presences"
    )
    issue = models.ForeignKey(
        Issue, on_delete=models.CASCADE, null=True, blank=True, related_name="presences"
    )
    seen_at = models.DateTimeField(_("seen on"), db_index=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="presence_in_a_section_is_one"),
            models.UniqueConstraint(fields=["user", "issue"], name="presence_in_an_issue_is_one"),
            models.CheckConstraint(
                condition=Q(section__isnull=False, issue__isnull=True)
                | Q(section__isnull=True, issue__isnull=False),
                name="presence_is_in_a_section_or_an_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.section or self.issue}"
