"""A place that mail goes to, and how it bears us."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Destination(models.Model):
    """Where mail goes to (a domain, or a lane of several), and whether it wants less of us for now."""

    name = models.CharField(_("destination"), max_length=255, unique=True)
    next_slot = models.FloatField(default=0, editable=False)
    throttled_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    closed_until = models.DateTimeField(_("left alone until"), null=True, blank=True, editable=False)
    reply = models.CharField(_("the server’s words"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
