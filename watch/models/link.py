"""Link: a page of the web that somebody of the house has kept, once for all of them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from issues.models import LinkLookup
from issues.models.link import LONGEST_URL


class LinkQuerySet(models.QuerySet["Link"]):
    def to_be_fetched(self, at: datetime) -> LinkQuerySet:
        """Those whose page is to be read now, by nobody else; the longest waiting first."""
        waiting = self.filter(fetch_state=Link.FetchState.WAITING, next_fetch_at__lte=at)
        return waiting.exclude(claimed_until__gt=at).order_by("next_fetch_at", "pk")


class Link(models.Model):
    """A page: the key under which it is recognised, its address as first given, and what it says of itself.

    What a person wrote (`is_edited`) is never overwritten by what a fetch finds.
    """

    class FetchState(models.TextChoices):
        WAITING = "waiting", _("to be read")
        DONE = "done", _("read")
        FAILED = "failed", _("could not be read")

    UNREADABLE = "unreadable"

    key = models.CharField(max_length=LONGEST_URL, unique=True, editable=False)
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    title = models.CharField(_("title"), max_length=300, blank=True)
    site = models.CharField(_("site"), max_length=120, blank=True)
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    excerpt = models.TextField(_("excerpt"), blank=True)
    is_edited = models.BooleanField(default=False, editable=False)
    fetch_state = models.CharField(
        _("state"), max_length=10, choices=FetchState, default=FetchState.WAITING, editable=False
    )
    fetch_failure = models.CharField(_("reason"), max_length=40, blank=True, editable=False)
    fetch_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    next_fetch_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField(_("read on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="link_url_is_http",
            ),
            models.CheckConstraint(
                condition=Q(fetch_state__in=["waiting", "done", "failed"]), name="link_fetch_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def failure(self) -> str:
        """Why the page could not be read, in words for people; empty where nothing failed."""
        if self.fetch_failure.startswith("http "):
            return str(_("the server answers %(status)s") % {"status": self.fetch_failure.upper()})
        if self.fetch_failure == self.UNREADABLE:
            return str(_("the page is made so that it cannot be read"))
        return str(dict(LinkLookup.Reason.choices).get(self.fetch_failure, ""))
