"""The mail that greets who has just joined."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField


class WelcomeText(models.Model):
    """What the editor writes to new readers of one language. Without one, nobody is greeted in it."""

    language = models.CharField(
        _("language"),
        max_length=8,
        choices=settings.LANGUAGES,
        unique=True,
        error_messages={"unique": _("There is a welcome mail in this language already.")},
    )
    subject = models.CharField(_("subject"), max_length=150)
    body = MarkdownxField(_("text"), help_text=_("The greeting comes before it, the latest issue after it."))
    is_sent = models.BooleanField(
        _("send it to new readers"), default=True, help_text=_("Without, it waits here, and nobody gets it.")
    )
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)

    class Meta:
        verbose_name = _("welcome mail")
        verbose_name_plural = _("welcome mails")
        ordering = ["language"]

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_language_display()})"


class WelcomeQuerySet(models.QuerySet["Welcome"]):
    def waiting(self) -> WelcomeQuerySet:
        """Those that may go out now, oldest first."""
        now = timezone.now()
        return self.filter(Q(retry_at=None) | Q(retry_at__lte=now), sent_at=None).order_by("joined_at")


class Welcome(models.Model):
    """A reader to be greeted, or who was: kept for a month, so that who joins again is not greeted twice."""

    subscriber = models.OneToOneField(
        "subscribers.Subscriber", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    joined_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)

    objects = WelcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("welcome")
        verbose_name_plural = _("welcomes")
        indexes = [models.Index(fields=["joined_at"], condition=Q(sent_at=None), name="welcome_waits")]

    def __str__(self) -> str:
        return f"{self.subscriber_id}, {self.joined_at:%Y-%m-%d %H:%M}"
