"""Readers, and the evidence of their consent."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .addresses import clean_name, normalise, validate_address
from .importing.records import Import, Transfer

__all__ = ["ConsentEvent", "Import", "Subscriber", "Suppression", "Transfer"]

_TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)


def new_token() -> str:
    """Give 192 random bits. Stored, not signed: links in old mails outlive a change of SECRET_KEY."""
    return secrets.token_urlsafe(24)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> SubscriberQuerySet:
        """Those who confirmed and did not leave."""
        return self.filter(state=Subscriber.State.ACTIVE)

    def receiving(self) -> SubscriberQuerySet:
        """Those who get mailings now: active, and not in a pause. By the database's clock."""
        return self.active().filter(Q(paused_until=None) | Q(paused_until__lte=Now()))

    def pending(self) -> SubscriberQuerySet:
        return self.filter(state=Subscriber.State.PENDING)

    def with_token(self, token: str) -> SubscriberQuerySet:
        """The one reader of a link, or nobody. What cannot be a token never reaches the database."""
        return self.filter(token=token) if _TOKEN.fullmatch(token) else self.none()

    def asking(self) -> SubscriberQuerySet:
        """Those whose latest request to join is open: neither confirmed nor withdrawn since."""
        return self.exclude(state=Subscriber.State.ACTIVE).filter(
            Q(left_at=None) | Q(left_at__lt=F("confirmation_asked_at")), confirmation_asked_at__isnull=False
        )

    def awaiting_confirmation_mail(self) -> SubscriberQuerySet:
        """Those whose request is open and whose confirmation mail may leave now, oldest first."""
        return (
            self.asking()
            .filter(Q(confirmation_retry_at=None) | Q(confirmation_retry_at__lte=timezone.now()))
            .filter(confirmation_sent_at=None)
            .order_by("confirmation_asked_at", "pk")
        )

    def stale(self, *, days: int = 30) -> SubscriberQuerySet:
        """Those who asked so many days ago and never confirmed: nothing justifies keeping them."""
        limit = timezone.now() - timedelta(days=days)
        return (
            self.pending()
            .filter(created_at__lt=limit)
            .exclude(confirmation_asked_at__isnull=False, confirmation_asked_at__gte=limit)
        )


class Subscriber(models.Model):
    """An email address with a consent history."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        ACTIVE = "active", _("active")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("bounced")
        COMPLAINED = "complained", _("complained")

    class Format(models.TextChoices):
        HTML = "html", _("with pictures and colours")
        TEXT = "text", _("plain text only")

    email = models.CharField(
        _("address"), max_length=254, validators=[validate_address], help_text=_("As the reader typed it.")
    )
    address = models.CharField(max_length=254, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.PENDING, editable=False, db_index=True
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("signed up on"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    left_at = models.DateTimeField(_("left on"), null=True, blank=True, editable=False)
    confirmation_asked_at = models.DateTimeField(
        _("confirmation asked on"), null=True, blank=True, editable=False
    )
    confirmation_sent_at = models.DateTimeField(
        _("confirmation mailed on"), null=True, blank=True, editable=False
    )
    confirmation_retry_at = models.DateTimeField(null=True, blank=True, editable=False)
    format = models.CharField(
        _("form of the mails"), max_length=8, choices=Format, default=Format.HTML, editable=False
    )
    # When this reader last did something by a link of ours; see `inactivity`.
    heard_at = models.DateTimeField(_("last heard of on"), null=True, blank=True, editable=False)
    stay_asked_at = models.DateTimeField(
        _("asked whether they stay on"), null=True, blank=True, editable=False
    )
    paused_until = models.DateTimeField(_("in a pause until"), null=True, blank=True, editable=False)
    topics = models.JSONField(_("topics"), default=list, blank=True, editable=False)
    own_data_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    own_data_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        permissions = [
            ("import_subscriber", "Can bring subscribers in from a file"),
            ("export_subscriber", "Can take subscribers out into a file"),
        ]
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                "confirmation_asked_at",
                condition=Q(confirmation_sent_at=None, confirmation_asked_at__isnull=False),
                name="subscriber_waits_for_mail",
            ),
            models.Index(
                "own_data_asked_at",
                condition=Q(own_data_sent_at=None, own_data_asked_at__isnull=False),
                name="subscriber_waits_for_link",
            ),
        ]
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
            models.CheckConstraint(
                condition=Q(format__in=["html", "text"]), name="subscriber_format_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_paused(self) -> bool:
        """Whether an active reader gets nothing for now, at their own wish."""
        return (
            self.state == self.State.ACTIVE
            and self.paused_until is not None
            and self.paused_until > timezone.now()
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.address = normalise(self.email)
        self.name = clean_name(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class ConsentEvent(models.Model):
    """One line of evidence, never changed: who agreed to what, when, how (GDPR article 7.1)."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked to join")
        ADDED = "added", _("added by the newsroom")
        MAILED = "mailed", _("confirmation mailed")
        CONFIRMED = "confirmed", _("confirmed")
        BROUGHT = "brought", _("brought in with consent given elsewhere")
        PAUSED = "paused", _("paused for a month")
        RESUMED = "resumed", _("ended the pause")
        STAYED = "stayed", _("said that they stay")
        LEFT = "left", _("left")
        BOUNCED = "bounced", _("address refused by its server")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consent_events")
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("when"), default=timezone.now)
    wording = models.TextField(_("wording agreed to"), blank=True)
    wording_version = models.CharField(_("version of the wording"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    page = models.CharField(_("page or source"), max_length=500, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    network = models.CharField(
        max_length=43,
        blank=True,
        editable=False,
        help_text=_("What the limit on requests counts by: an IPv4 address, or the /64 of an IPv6 one."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # The file that says so. Without, it happened here.
    imported_in = models.ForeignKey(
        "subscribers.Import",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent history")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["network", "at"], name="consent_by_network"),
            models.Index(fields=["kind", "at"], name="consent_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class Suppression(models.Model):
    """An address that nobody may bring back, as a keyed hash: it outlives the reader. See `suppression`."""

    class Reason(models.TextChoices):
        ERASED = "erased", _("erased at the reader's wish")
        LEFT = "left", _("left")
        BOUNCED = "bounced", _("address refused by its server")
        COMPLAINED = "complained", _("complained")

    key = models.CharField(
        max_length=64, unique=True, help_text=_("HMAC-SHA-256 of the address in its normal form.")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return f"{self.key[:8]}…, {self.get_reason_display()}"
