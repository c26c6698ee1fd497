"""The links of all texts, kept beside them: written with each text, and searched across issues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from ..anatomy import anatomy
from ..canonical import canonical_url
from ..models import Issue, Mention, Section, Source
from ..models.link import LONGEST_URL
from .addresses import request_url


@dataclass(frozen=True)
class Coverage:
    """Where a page was written of before: an issue's number, and the section if it was in one."""

    number: int
    section_id: int | None

    def get_absolute_url(self) -> str:
        page = reverse("archive:issue", args=[self.number])
        return f"{page}#section-{self.section_id}" if self.section_id else page


@transaction.atomic
def note(thing: Section | Issue) -> None:
    """Write down which links the saved text of a section, or the words of an issue, hold. Idempotent."""
    wanted = _links_of(thing)
    kept = dict(thing.mentions.values_list("url", "pk"))
    thing.mentions.filter(pk__in=[pk for url, pk in kept.items() if url not in wanted]).delete()
    place = {"section": thing} if isinstance(thing, Section) else {"issue": thing}
    Mention.objects.bulk_create(
        (
            Mention(url=url, canonical_url=canonical, **place)
            for url, canonical in wanted.items()
            if url not in kept
        ),
        ignore_conflicts=True,
    )


def covered_before(canonicals: Iterable[str]) -> dict[str, list[Coverage]]:
    """Give where each of these pages was covered in published issues, the latest first. Two queries."""
    wanted = set(canonicals)
    covered: dict[str, set[Coverage]] = {}
    if wanted:
        rows = [
            *Source.objects.filter(
                canonical_url__in=wanted, section__issue__state=Issue.State.PUBLISHED
            ).values_list("canonical_url", "section__issue__number", "section_id"),
            *Mention.objects.filter(canonical_url__in=wanted)
            .filter(Q(section__issue__state=Issue.State.PUBLISHED) | Q(issue__state=Issue.State.PUBLISHED))
            .values_list("canonical_url", Coalesce("section__issue__number", "issue__number"), "section_id"),
        ]
        for canonical, number, section_id in rows:
            covered.setdefault(canonical, set()).add(Coverage(number, section_id))
    return {
        canonical: sorted(places, key=lambda place: (-place.number, place.section_id or 0))
        for canonical, places in covered.items()
    }


def _links_of(thing: Section | Issue) -> dict[str, str]:
    texts = [thing.body] if isinstance(thing, Section) else [thing.introduction, thing.closing]
    found = {}
    for text in texts:
        for link in anatomy(text).links:
            url, canonical = request_url(link.url), canonical_url(link.url)
            if url and canonical.isascii() and len(canonical) <= LONGEST_URL:
                found[url] = canonical
    return found
