"""Erratum: what was put right on the web after an issue had gone out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .issue import Issue
from .section import Section


class Erratum(models.Model):
    """A correction of a published issue, told to its readers.

    `text` is Markdown. `before_html` and `after_html` are the issue's whole page, so that all that was
    ever published can be found again; the mail that went out is never touched.
    """

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="errata")
    section = models.ForeignKey(
        Section,
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="errata",
    )
    text = models.TextField(_("erratum"))
    before_html = models.TextField(editable=False)
    after_html = models.TextField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="errata",
    )
    at = models.DateTimeField(_("on"), auto_now_add=True)

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="erratum_has_a_text")]

    def __str__(self) -> str:
        return self.text
