"""The board of an issue: cards under rubrics, and ideas for later. As many queries for any number of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from issues.links import covered
from issues.models import Byline, Issue, PlannedRubric, Rubric, Section

from ..models import Subject, SubjectEvent
from .cards import STATES, Card, Viewer

# The words that tell how long ago something was are made anew so often, though nothing else happened.
WORDS_LAST = 600


@dataclass(frozen=True)
class Column:
    """A rubric of the issue (None: without one), with its cards in their order."""

    rubric: Rubric | None
    is_planned: bool
    cards: list[Card]
    place: str


@dataclass(frozen=True)
class Board:
    """Who writes what, as one person sees it."""

    issue: Issue | None
    issues: list[Issue]
    columns: list[Column]
    ideas: list[Card]
    rubrics: list[Rubric]
    authors: list[Author]
    viewer: Viewer
    now: datetime

    @property
    def cards(self) -> list[Card]:
        """Those of the issue."""
        return [card for column in self.columns for card in column.cards]

    @property
    def counts(self) -> list[tuple[str, str | Promise, int]]:
        """State, its name, and how many cards of the issue are in it; those that hold some."""
        found = Counter(card.state for card in self.cards)
        return [(state, label, found[state]) for state, label in STATES.items() if found[state]]

    @property
    def places(self) -> list[tuple[str, str | Promise]]:
        """Where a subject may be put, as `forms.PlaceField` reads it, and the name of the place."""
        found: list[tuple[str, str | Promise]] = []
        if self.issue:
            order = [column.rubric for column in self.columns if column.rubric]
            order += [rubric for rubric in self.rubrics if rubric not in order]
            found = [(place_of(self.issue, rubric), rubric.name) for rubric in order]
            found.append((place_of(self.issue, None), _("Without rubric")))
        return [*found, (place_of(None, None), _("Ideas for later"))]

    @property
    def latest(self) -> SubjectEvent | None:
        """What happened last to any subject on it."""
        events = [card.events[0] for card in [*self.cards, *self.ideas] if card.events]
        return max(events, key=lambda event: event.pk, default=None)

    @property
    def etag(self) -> str:
        """Changes with anything that the page shows."""
        shown = (
            self.viewer.user.pk,
            get_language(),
            self.issue and (self.issue.pk, str(self.issue), self.issue.state, self.issue.deadline),
            [
                (column.rubric and column.rubric.name, [card.fingerprint for card in column.cards])
                for column in self.columns
            ],
            [card.fingerprint for card in self.ideas],
            [(issue.pk, str(issue)) for issue in self.issues],
            [author.name for author in self.authors],
            int(self.now.timestamp()) // WORDS_LAST,
        )
        return sha256(repr(shown).encode()).hexdigest()[:32]


def place_of(issue: Issue | None, rubric: Rubric | None) -> str:
    return f"{issue.pk if issue else ''}:{rubric.pk if rubric else ''}"


def board(user: Any, number: str = "") -> Board:
    """Read the board of the issue of this number, as written in an address; else of the next to come."""
    now, viewer = timezone.now(), Viewer.of(user)
    issues = list(Issue.objects.in_the_making())
    issue = next((issue for issue in issues if str(issue.number) == number), issues[0] if issues else None)
    sections = _sections(issue)
    subjects = _subjects(issue)
    announced = {subject.section_id for subject in subjects if subject.section_id}
    loose = [section for section in sections.values() if section.pk not in announced]
    open_subjects = [subject for subject in subjects if not subject.section_id]
    urls = {link.url for subject in open_subjects for link in subject.links.all()}
    hints = covered.hints(urls, user=user)
    cards = [
        Card(subject, sections.get(subject.section_id or 0), viewer, now, hints, _candidates(subject, loose))
        for subject in subjects
    ] + [Card(None, section, viewer, now) for section in loose]
    rubrics = list(Rubric.objects.all())
    here = [card for card in cards if issue and _issue_of(card) == issue.pk]
    return Board(
        issue,
        issues,
        _columns(issue, here, rubrics) if issue else [],
        [card for card in cards if _issue_of(card) is None],
        rubrics,
        list(Author.objects.all()) if viewer.directs else [],
        viewer,
        now,
    )


def _subjects(issue: Issue | None) -> list[Subject]:
    """Those of the issue, by their section where they have one, and those of none."""
    of_none = Q(section=None, issue=None) | Q(section__isnull=False, section__issue=None)
    of_issue = Q(section=None, issue=issue) | Q(section__issue=issue)
    events = Prefetch("events", SubjectEvent.objects.select_related("actor", "author"))
    return list(
        Subject.objects.filter(of_none | of_issue if issue else of_none)
        .select_related("owner", "created_by", "issue")
        .prefetch_related("links", events)
        .order_by("position", "pk")
    )


def _sections(issue: Issue | None) -> dict[int, Section]:
    """Those of the issue, and those of none that a subject announced; by their key, in their order."""
    wanted = Q(issue=None, subject__isnull=False)
    if issue:
        wanted |= Q(issue=issue)
    signed = Prefetch("bylines", Byline.objects.select_related("author"))
    found = Section.objects.filter(wanted).prefetch_related(signed).order_by("position", "pk")
    return {section.pk: section for section in found}


def _candidates(subject: Subject, loose: list[Section]) -> list[Section]:
    """Sections of its issue that the one who has taken a subject signs, and nobody announced."""
    if subject.state != Subject.State.TAKEN or subject.section_id:
        return []
    return [
        section
        for section in loose
        if section.issue_id == subject.issue_id and subject.owner in section.byline()
    ]


def _issue_of(card: Card) -> int | None:
    return card.section.issue_id if card.section else card.subject.issue_id  # type: ignore[union-attr]


def _rubric_of(card: Card) -> int | None:
    return card.section.rubric_id if card.section else card.subject.rubric_id  # type: ignore[union-attr]


def _columns(issue: Issue, cards: list[Card], rubrics: list[Rubric]) -> list[Column]:
    """The planned rubrics in their order, then others that hold something, then what is in none."""
    planned = list(
        PlannedRubric.objects.filter(issue=issue).order_by("position", "pk").values_list("rubric", flat=True)
    )
    by_key = {rubric.pk: rubric for rubric in rubrics}
    held = {_rubric_of(card) for card in cards}
    others = [rubric.pk for rubric in rubrics if rubric.pk in held and rubric.pk not in planned]
    keys: list[int | None] = [*planned, *others, None]
    return [
        Column(
            by_key.get(key or 0),
            key in planned,
            [card for card in cards if _rubric_of(card) == key],
            place_of(issue, by_key.get(key or 0)),
        )
        for key in keys
    ]
