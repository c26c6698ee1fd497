"""What was said and done, in order, as a person may read it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .. import permissions
from ..models import Issue, Notice, Review, Section


@dataclass(frozen=True)
class Entry:
    """A review; whether the words that it quotes still stand in the text, and the reader has not seen it."""

    review: Review
    quote_stands: bool
    is_new: bool


@dataclass(frozen=True)
class Timeline:
    """The thread as one person gets it: what she reads, and what she may do in it."""

    entries: list[Entry]
    may_comment: bool
    may_resolve: bool

    @property
    def open_count(self) -> int:
        return sum(entry.review.is_open for entry in self.entries)

    @property
    def new(self) -> bool:
        """Whether the person is told of an entry that she has not seen."""
        return any(entry.is_new for entry in self.entries)

    @property
    def last(self) -> int:
        """The key of the latest entry, 0 where there is none."""
        return max((entry.review.pk for entry in self.entries), default=0)


def timeline(thing: Section | Issue, user: Any) -> Timeline:
    """Give the thread in a constant number of queries.

    Of an issue's, those who are no editors read the changes of state.
    """
    reviews = thing.reviews.select_related("actor", "resolved_by")
    may_comment = permissions.may_comment(user, thing)
    if not may_comment:
        reviews = reviews.exclude(to_state="")
    new = set(
        Notice.objects.filter(recipient=user, review__in=thing.reviews.all())
        .unseen()
        .values_list("review", flat=True)
    )
    words = _plain(" \n ".join(texts(thing)))
    return Timeline(
        entries=[Entry(review, _plain(review.quote) in words, review.pk in new) for review in reviews],
        may_comment=may_comment,
        may_resolve=permissions.may_resolve(user, thing),
    )


def latest_of_sections(issue: Issue, user: Any, *, limit: int = 10) -> QuerySet[Review]:
    """What was said and done last in those sections of an issue that a person may see, newest first."""
    sections = permissions.visible_sections(user).filter(issue=issue)
    reviews = Review.objects.filter(section__in=sections).select_related("actor", "section")
    return reviews.order_by("-created_at", "-pk")[:limit]


def texts(thing: Section | Issue) -> list[str]:
    """The texts that can be quoted."""
    return [thing.body] if isinstance(thing, Section) else [thing.introduction, thing.closing]


def _plain(text: str) -> str:
    """Without regard to line ends and repeated spaces, which selecting changes."""
    return " ".join(text.split())
