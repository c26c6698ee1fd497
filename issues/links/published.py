"""The links of published issues: which they are, and what an editor knows better than a robot.

An issue is no longer worked on once it is out, so its links are asked for about once a week, and are dead
after two failures that lie a day apart: readers are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from ..canonical import canonical_url
from ..models import Issue, LinkLookup, Mention, Section, Source
from ..models.link import LONGEST_URL
from .addresses import request_url
from .aliases import resolve_all
from .lookup import AT_ONCE, register, urls_of

WEEK = timedelta(days=7)
# A person who followed a link is believed for so long, whatever the robot is told.
BELIEVED = timedelta(days=90)


def enrol() -> None:
    """Note which links stand in published issues, so that they are looked up. Idempotent; daily is enough."""
    if not settings.VEILLE_CHECK_LINKS:
        return
    wanted = urls_of(Issue.objects.published())
    register(wanted, within=WEEK)
    known = dict(LinkLookup.objects.values_list("url", "is_published"))
    for is_published in (True, False):
        changed = [
            url for url, was in known.items() if (url in wanted) is is_published and was is not is_published
        ]
        for some in batched(changed, AT_ONCE):
            LinkLookup.objects.filter(url__in=some).update(is_published=is_published)


@dataclass(frozen=True)
class Place:
    """Where readers find a link: in a section, or in the words around those of an issue."""

    issue: Issue
    section: Section | None

    def get_absolute_url(self) -> str:
        return (self.section or self.issue).get_absolute_url()


def places_of(lookups: Iterable[LinkLookup]) -> dict[str, list[Place]]:
    """Give where each of these addresses stands in published issues, the latest first. Three queries."""
    urls = {lookup.url for lookup in lookups}
    keys = {url: canonical_url(url) for url in urls}
    canonicals = {*keys.values(), *resolve_all(keys.values()).values()}
    found: dict[str, set[Place]] = {url: set() for url in urls}
    published = Issue.State.PUBLISHED
    for source in Source.objects.filter(
        canonical_url__in=canonicals, section__issue__state=published
    ).select_related("section__issue"):
        url = request_url(source.url)
        if url in found and source.section.issue:
            found[url].add(Place(source.section.issue, source.section))
    for mention in Mention.objects.filter(url__in=urls).select_related("section__issue", "issue"):
        issue = mention.section.issue if mention.section else mention.issue
        if issue and issue.state == published:
            found[mention.url].add(Place(issue, mention.section))
    return {
        url: sorted(places, key=lambda place: (-place.issue.number, place.section.pk if place.section else 0))
        for url, places in found.items()
    }


def believe_alive(lookup: LinkLookup) -> None:
    """Take a person's word that a link answers, for three months. The caller makes sure that she may."""
    LinkLookup.objects.filter(pk=lookup.pk).update(
        state=LinkLookup.State.ALIVE,
        failing_since=None,
        http_status=None,
        reason="",
        next_at=timezone.now() + BELIEVED,
        claimed_until=None,
    )


def ask_again(lookup: LinkLookup) -> None:
    """Have a link looked up with the next run, and the archive asked for a copy."""
    LinkLookup.objects.filter(pk=lookup.pk).update(next_at=timezone.now(), archive_asked_at=None)


def note_copy(lookup: LinkLookup, url: str) -> None:
    """Show this copy beside a link where it is dead; none where it is empty. Raises ValidationError."""
    url = url.strip()
    if url:
        if len(url) > LONGEST_URL:
            raise ValidationError(_("This address is too long to be kept."))
        URLValidator(
            schemes=["http", "https"],
            message=_("This is no address of the web: it begins with http:// or https://."),
        )(url)
    LinkLookup.objects.filter(pk=lookup.pk).update(archived_url=url, archive_asked_at=timezone.now())
