"""Rendition: what the readers of an issue got, kept as it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .issue import Issue


class Rendition(models.Model):
    """The frozen rendering of a published issue: a later template never changes a past issue.

    `email_html` and `text` hold slots (see `issues.rendering.slots`) where recipients differ.
    """

    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="rendition")
    subject = models.CharField(_("subject line"), max_length=150)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    web_html = models.TextField()
    email_html = models.TextField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("frozen rendering")
        verbose_name_plural = _("frozen renderings")

    def __str__(self) -> str:
        return f"{self.issue} ({self.digest[:12]})"
