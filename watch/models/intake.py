"""The roads by which a person's links come in by themselves: tokens, webhooks, the feed of what she saves."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from issues.models.link import LONGEST_URL


class CaptureToken(models.Model):
    """A key of the API: keeps links in the name of its person, and nothing else. Only its digest is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="capture_tokens"
    )
    name = models.CharField(_("for what"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used on"), null=True, blank=True, editable=False)
    # How often it was shown since then, for its limit.
    counted_since = models.DateTimeField(null=True, blank=True, editable=False)
    calls = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("capture token")
        verbose_name_plural = _("capture tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Hook(models.Model):
    """An address to which a tool of one person posts what she saves there.

    `key` is in the address and lets in whoever knows it; Miniflux signs besides, with its own secret
    (HMAC-SHA256 of the body in X-Miniflux-Signature).
    """

    class Kind(models.TextChoices):
        MINIFLUX = "miniflux", "Miniflux"
        JSON = "json", _("any tool that posts JSON")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hooks")
    kind = models.CharField(_("tool"), max_length=10, choices=Kind)
    key = models.CharField(max_length=64, unique=True, editable=False)
    secret = models.CharField(_("secret"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used on"), null=True, blank=True, editable=False)
    # How often it was called since then, for its limit.
    counted_since = models.DateTimeField(null=True, blank=True, editable=False)
    calls = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="person_has_one_hook_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=["miniflux", "json"]), name="hook_kind_is_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class SavedFeedQuerySet(models.QuerySet["SavedFeed"]):
    def due(self, at: datetime) -> SavedFeedQuerySet:
        """Those to be read now, by nobody else; the longest waiting first."""
        return self.filter(next_at__lte=at).exclude(claimed_until__gt=at).order_by("next_at", "pk")


class SavedFeed(models.Model):
    """The feed of what one person saves elsewhere. Its address often holds a key: only she sees it.

    Without `next_at` it is not read any more: its server said that it is gone for good.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_feed"
    )
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    # What the feed itself asks for between two readings, in minutes.
    every = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    read_at = models.DateTimeField(_("read on"), null=True, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)

    objects = SavedFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed of saved items")
        verbose_name_plural = _("feeds of saved items")

    def __str__(self) -> str:
        return str(self.person)


class SeenItem(models.Model):
    """An item that a feed had: it comes in once, even if its person deletes what became of it.

    Known by the SHA-256 of its page's key, so that another address or another id of the same page is no
    other item.
    """

    feed = models.ForeignKey(SavedFeed, on_delete=models.CASCADE, related_name="seen")
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("item of a feed")
        verbose_name_plural = _("items of feeds")
        constraints = [models.UniqueConstraint(fields=["feed", "digest"], name="feed_has_an_item_once")]

    def __str__(self) -> str:
        return self.digest
