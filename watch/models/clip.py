"""Clip: a link as one person kept it, with her words."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from issues.models import Rubric

from .link import Link


class Clip(models.Model):
    """What one person keeps of a page: why, which words of it, when, and by which road it came."""

    class Via(models.TextChoices):
        FORM = "form", _("the form")
        BOOKMARKLET = "bookmarklet", _("the bookmarklet")
        SHARE = "share", _("the share sheet of a telephone")
        API = "api", _("the API")
        FEED = "feed", _("the feed of saved items")
        HOOK = "hook", _("a webhook")
        IMPORT = "import", _("a file")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("kept by"), on_delete=models.CASCADE, related_name="clips"
    )
    link = models.ForeignKey(Link, verbose_name=_("link"), on_delete=models.PROTECT, related_name="clips")
    note = models.TextField(_("note"), blank=True)
    quote = models.TextField(_("quote"), blank=True)
    # Names, as they were given: no tag of a section before a section has it.
    tags = models.JSONField(_("tags"), default=list, blank=True)
    via = models.CharField(_("by"), max_length=12, choices=Via, default=Via.FORM, editable=False)
    kept_at = models.DateTimeField(_("kept on"))
    rubric = models.ForeignKey(
        Rubric,
        verbose_name=_("rubric"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="clips",
    )
    is_set_aside = models.BooleanField(_("set aside"), default=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    class Meta:
        verbose_name = _("clip")
        verbose_name_plural = _("clips")
        ordering = ["-kept_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "link"], name="person_keeps_a_link_once"),
            models.CheckConstraint(
                condition=Q(via__in=["form", "bookmarklet", "share", "api", "feed", "hook", "import"]),
                name="clip_via_is_known",
            ),
        ]
        indexes = [models.Index(fields=["person", "-kept_at"], name="clip_of_a_person")]

    def __str__(self) -> str:
        return str(self.link)
