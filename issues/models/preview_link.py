"""PreviewLink: how somebody without an account reads an issue before it is out."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .issue import Issue


class PreviewLink(models.Model):
    """The one link to an issue in the making that is good now. A newer one takes its place.

    The address holds `key`, signed: see `issues.proofs.links`.
    """

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="preview_link")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made on"))

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return str(self.issue)
