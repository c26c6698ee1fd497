"""Readers, and the evidence of their consent."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .addresses import normalise


def new_token() -> str:
    """Give 192 random bits. Stored, not signed: links in old mails outlive a change of SECRET_KEY."""
    return secrets.token_urlsafe(24)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> SubscriberQuerySet:
        """Those who confirmed and did not leave: the audience of a mailing."""
        return self.filter(state=Subscriber.State.ACTIVE)

    def pending(self) -> SubscriberQuerySet:
        return self.filter(state=Subscriber.State.PENDING)


class Subscriber(models.Model):
    """An email address with a consent history."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        ACTIVE = "active", _("active")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("bounced")
        COMPLAINED = "complained", _("complained")

    email = models.EmailField(_("address"), help_text=_("As the reader typed it."))
    address = models.CharField(max_length=320, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.PENDING, editable=False, db_index=True
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("signed up on"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    left_at = models.DateTimeField(_("left on"), null=True, blank=True, editable=False)
    confirmation_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmation_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="subscriber_email_is_unique",
                violation_error_message=_("This address is known already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "active", "unsubscribed", "bounced", "complained"]),
                name="subscriber_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="subscriber_active_has_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: object, **kwargs: object) -> None:
        self.address = normalise(self.email)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class ConsentEvent(models.Model):
    """One line of evidence, never changed: who agreed to what, when, how (GDPR article 7.1)."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked to join")
        CONFIRMED = "confirmed", _("confirmed")
        ADDED = "added", _("added by the newsroom")
        LEFT = "left", _("left")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consent_events")
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    wording = models.TextField(_("wording agreed to"), blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    page = models.CharField(_("page or source"), max_length=500, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent history")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
