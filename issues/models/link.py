"""Links: where they are written, and whether they still lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .issue import Issue

# What an index of PostgreSQL takes (2,704 bytes) and browsers type; longer addresses are left alone.
LONGEST_URL = 2000


class MentionQuerySet(models.QuerySet["Mention"]):
    def of_issues(self, issues: Iterable[Issue] | models.QuerySet[Issue]) -> MentionQuerySet:
        """Those in the words of the issues and of their sections."""
        return self.filter(Q(issue__in=issues) | Q(section__issue__in=issues))


class Mention(models.Model):
    """A link in the text of a section, or in the words around an issue's sections.

    Written with the text, so that all issues are searched without reading them again. The links of a
    section's end are its sources.
    """

    section = models.ForeignKey(
        "issues.Section", on_delete=models.CASCADE, null=True, blank=True, related_name="mentions"
    )
    issue = models.ForeignKey(
        "issues.Issue", on_delete=models.CASCADE, null=True, blank=True, related_name="mentions"
    )
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    canonical_url = models.CharField(max_length=LONGEST_URL, db_index=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("link in a text")
        verbose_name_plural = _("links in texts")
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=False, issue__isnull=True)
                | Q(section__isnull=True, issue__isnull=False),
                name="mention_is_of_a_section_or_an_issue",
            ),
            models.UniqueConstraint(fields=["section", "url"], name="section_mentions_a_url_once"),
            models.UniqueConstraint(fields=["issue", "url"], name="issue_mentions_a_url_once"),
        ]

    def __str__(self) -> str:
        return self.url


class PageAlias(models.Model):
    """Another key of a page, learnt from the page itself: see `issues.links.aliases`.

    `canonical_url` is never itself the key of another alias.
    """

    key = models.CharField(max_length=LONGEST_URL, unique=True)
    canonical_url = models.CharField(max_length=LONGEST_URL, db_index=True)
    learnt_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("other address of a page")
        verbose_name_plural = _("other addresses of pages")
        constraints = [
            models.CheckConstraint(condition=~Q(key=models.F("canonical_url")), name="alias_is_not_itself")
        ]

    def __str__(self) -> str:
        return self.key


class LinkLookupQuerySet(models.QuerySet["LinkLookup"]):
    def due(self, at: datetime) -> LinkLookupQuerySet:
        """Those to be asked now, by nobody else; the longest waiting first."""
        return self.filter(next_at__lte=at).exclude(claimed_until__gt=at).order_by("next_at", "pk")

    def published(self) -> LinkLookupQuerySet:
        """Those that stand in an issue which readers have."""
        return self.filter(is_published=True)

    def dead(self) -> LinkLookupQuerySet:
        """Those that readers find dead, the longest ago first."""
        return self.published().filter(state=LinkLookup.State.DEAD).order_by("failing_since", "pk")


class LinkLookup(models.Model):
    """What is known of an address: whether it answered when it was last asked, and when to ask again."""

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("not looked up yet")
        ALIVE = "alive", _("answers")
        # Once is no proof: sites fall and rise again.
        FAILING = "failing", _("failed once")
        DEAD = "dead", _("dead")
        UNCLEAR = "unclear", _("cannot be told")

    class Reason(models.TextChoices):
        NAME = "name", _("there is no such name")
        NETWORK = "network", _("the server cannot be reached")
        TIMEOUT = "timeout", _("the server takes too long to answer")
        CERTIFICATE = "certificate", _("the certificate of the server is not valid")
        PRIVATE = "private", _("the address is inside a private network")
        ADDRESS = "address", _("an address of this kind is not looked up")
        REDIRECTS = "redirects", _("it is redirected again and again")
        GARBLED = "garbled", _("the answer is not that of a web server")
        SIZE = "size", _("it is larger than what is read of a page")
        TYPE = "type", _("it is no text")
        TURN = "turn", _("the server is asked too much at once")

    url = models.CharField(_("address"), max_length=LONGEST_URL, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UNKNOWN)
    http_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(_("looked up on"), null=True, blank=True)
    next_at = models.DateTimeField(_("to be looked up on"), db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    # As `issues.links.published` found it last.
    is_published = models.BooleanField(default=False, editable=False)
    # Shown beside a dead link, never in its place.
    archived_url = models.CharField(_("archived copy"), max_length=LONGEST_URL, blank=True)
    archive_asked_at = models.DateTimeField(null=True, blank=True)

    objects = LinkLookupQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-up of a link")
        verbose_name_plural = _("look-ups of links")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["unknown", "alive", "failing", "dead", "unclear"]),
                name="lookup_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failing", "dead"]) | Q(failing_since__isnull=False),
                name="lookup_failing_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def answer(self) -> str:
        """What came back, in words for people: a code of HTTP, or why there is none."""
        return f"HTTP {self.http_status}" if self.http_status else str(self.get_reason_display())


class HostTurn(models.Model):
    """When a server may be asked the next time, by any worker: see `issues.links.turns`."""

    host = models.CharField(max_length=253, unique=True)
    free_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("turn at a server")
        verbose_name_plural = _("turns at servers")

    def __str__(self) -> str:
        return self.host
