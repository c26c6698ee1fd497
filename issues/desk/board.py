"""The board of an issue: its sections by state, with what an editor wants to know of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import checks
from ..anatomy import anatomy
from ..checks import CheckMessage
from ..checks.measures import reading_minutes
from ..models import Issue, Rubric, Section
from ..models.section import SectionQuerySet

COLUMNS = (
    (Section.State.DRAFT, _("Being written")),
    (Section.State.CHANGES_REQUESTED, _("To change")),
    (Section.State.SUBMITTED, _("Waiting")),
    (Section.State.APPROVED, _("Approved")),
)


@dataclass(frozen=True)
class Card:
    """A section as a list shows it. Free of queries where it comes from `cards`."""

    section: Section
    words: int
    pictures: int
    place: int = 0
    is_first: bool = False
    is_last: bool = False

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)

    @property
    def open_comments(self) -> int:
        return self.section.open_comments  # type: ignore[attr-defined]

    @property
    def waiting_since(self) -> datetime | None:
        """Since when an editor is awaited."""
        return self.section.submitted_at if self.section.state == Section.State.SUBMITTED else None

    @property
    def last_word(self) -> Any:
        """The last entry of the thread in which somebody else than the signatories said something."""
        signatories = {author.user_id for author in self.section.byline()}
        spoken = [review for review in self.section.reviews.all() if review.comment]
        return next((review for review in reversed(spoken) if review.actor_id not in signatories), None)


@dataclass(frozen=True)
class Column:
    state: str
    label: str | Promise
    cards: list[Card]


@dataclass(frozen=True)
class Board:
    """One issue in the making, as its editors see it."""

    issue: Issue
    columns: list[Column]
    missing: list[Rubric]
    errors: list[CheckMessage]
    warnings: list[CheckMessage]
    words: int

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)

    @property
    def total(self) -> int:
        return sum(len(column.cards) for column in self.columns)

    @property
    def approved(self) -> int:
        return len(self.columns[-1].cards)


def with_all_that_cards_show(sections: SectionQuerySet) -> SectionQuerySet:
    return (
        sections.select_related("issue", "rubric")
        .prefetch_related("bylines__author", "reviews__actor")
        .with_open_comments()
    )


def cards(sections: Iterable[Section]) -> list[Card]:
    """Measure sections that were read with all that cards show; in the order given."""
    sections = list(sections)
    last = len(sections)
    return [
        Card(section, found.words, len(found.pictures), place, place == 1, place == last)
        for place, section in enumerate(sections, start=1)
        for found in [anatomy(section.body)]
    ]


def columns(of: Iterable[Card]) -> list[Column]:
    """Put cards into one column for each state, in the order of the work."""
    of = list(of)
    return [
        Column(state, label, [card for card in of if card.section.state == state]) for state, label in COLUMNS
    ]


def board(issue: Issue) -> Board:
    """Read the board of an issue, in as many queries for eight sections as for one."""
    sections = Section.objects.filter(issue=issue).order_by("position", "pk")
    found = cards(with_all_that_cards_show(sections))
    filled = {card.section.rubric_id for card in found}
    planned = Rubric.objects.filter(planned_in__issue=issue).order_by("planned_in__position")
    report = checks.report(issue)
    return Board(
        issue,
        columns(found),
        [rubric for rubric in planned if rubric.pk not in filled],
        report.errors,
        report.open_warnings,
        sum(text.words for text in map(anatomy, [issue.introduction, issue.closing]))
        + sum(card.words for card in found),
    )
