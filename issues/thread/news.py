"""What is new for a person, by the section or issue that it is about."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from ..models import Issue, Notice, Section

RECENT = timedelta(days=14)
MOST = 200


@dataclass(frozen=True)
class Group:
    """The notices of one thread, the latest first."""

    thing: Section | Issue
    notices: list[Notice]

    @property
    def unseen(self) -> int:
        return sum(notice.is_new for notice in self.notices)

    @property
    def url(self) -> str:
        return reverse(f"admin:issues_{self.thing._meta.model_name}_change", args=[self.thing.pk])


def groups(notices: Any) -> list[Group]:
    """Group notices by thread, the thread with the latest first, in one query."""
    threads: dict[tuple[type, int], Group] = {}
    for notice in notices.select_related("review__actor", "review__section__issue", "review__issue").order_by(
        "-created_at", "-pk"
    )[:MOST]:
        thing = notice.review.thing
        threads.setdefault((type(thing), thing.pk), Group(thing, [])).notices.append(notice)
    return list(threads.values())


def unseen(user: Any) -> list[Group]:
    return groups(Notice.objects.of(user).unseen())


def recent(user: Any) -> list[Group]:
    """What was seen of the last two weeks."""
    seen = Notice.objects.of(user).exclude(seen_at=None)
    return groups(seen.filter(created_at__gt=timezone.now() - RECENT))


def badge(request: HttpRequest) -> str:
    """The number of notices that the person has not seen, in the sidebar."""
    count = Notice.objects.of(request.user).unseen().count()
    return str(count) if count else ""
