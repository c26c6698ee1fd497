"""Acknowledgement: somebody has read a warning, and answers for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .issue import Issue


class Acknowledgement(models.Model):
    """A warning of one issue, taken note of by name.

    It holds for the situation as it was: `fingerprint` is that of the warning, so that another one of the
    same kind, or the same one grown worse, is asked about again.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="acknowledgements")
    check_id = models.CharField(_("check"), max_length=20)
    about = models.CharField(_("about"), max_length=200)
    fingerprint = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="acknowledgements",
    )
    at = models.DateTimeField(_("on"), auto_now_add=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "fingerprint"], name="issue_acknowledges_a_warning_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} ({self.about})"
