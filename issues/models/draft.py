"""Draft: what somebody typed into a form and has not saved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .issue import Issue
from .section import Section


class Draft(models.Model):
    """The form of a section or an issue as one person typed it; readable by nobody else.

    Without a section and without an issue it is of one that was never saved. Each opened page has a `key`
    of its own, so that what is typed in one never replaces what was typed in another.
    """

    class Kind(models.TextChoices):
        SECTION = "section", _("section")
        ISSUE = "issue", _("issue")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="drafts"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    key = models.UUIDField()
    data = models.JSONField(help_text=_("The fields of the form and of its rows, by name."))
    based_on = models.PositiveIntegerField(_("version it is based on"), null=True, blank=True)
    saved_at = models.DateTimeField(_("kept on"), db_index=True)

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="draft_of_a_page_is_one"),
            models.CheckConstraint(
                condition=Q(kind="section", issue__isnull=True) | Q(kind="issue", section__isnull=True),
                name="draft_is_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(self.section or self.issue or self.get_kind_display())
