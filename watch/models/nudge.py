"""Who is told of what comes, how, and that she was; and whose turn it is to edit."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from issues.models import Issue
from issues.models.link import LONGEST_URL


class Turn(models.Model):
    """Whose turn it is to edit an issue."""

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="turn")
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("editor"), on_delete=models.PROTECT, related_name="turns"
    )

    class Meta:
        verbose_name = _("turn to edit")
        verbose_name_plural = _("turns to edit")

    def __str__(self) -> str:
        return f"{self.issue}: {self.editor}"


class ChatWebhook(models.Model):
    """Where nudges go for a person who would rather not have them by mail."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_webhook"
    )
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("chat webhook")
        verbose_name_plural = _("chat webhooks")

    def __str__(self) -> str:
        return str(self.person)


class Nudge(models.Model):
    """A message of a day to a person: one at the most."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="nudges")
    day = models.DateField(_("day"))
    sent_at = models.DateTimeField(_("sent on"), auto_now_add=True)

    class Meta:
        verbose_name = _("nudge")
        verbose_name_plural = _("nudges")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="person_is_nudged_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person}: {self.day}"
