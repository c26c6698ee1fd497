"""What there is to say to each person today: what is due, what is late, what waits for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issues.models import Byline, Issue
from issues.permissions import EDITABLE_BY_AUTHORS
from issues.thread.telling import editors

from ..models import Proposal, Subject, Turn
from . import steps

# A proposal made to somebody was mailed at once; after so long without an answer it is said again.
UNANSWERED = timedelta(days=2)
# Before a subject of which nothing is heard is free again.
BEFORE_DUE = timedelta(days=2)


@dataclass(frozen=True)
class Item:
    """One thing to say; new to its person if nothing was said to her `since`."""

    heading: str | Promise
    since: datetime
    path: str
    words: Callable[[], str]

    def __str__(self) -> str:
        return self.words()


def to_everybody(now: datetime) -> dict[int, list[Item]]:
    """Give what there is to say, by the key of the person. A constant number of queries."""
    issues = list(Issue.objects.in_the_making().filter(deadline__gt=now))
    said: dict[int, list[Item]] = defaultdict(list)
    _subjects(said)
    _sections(said, issues)
    _editors(said, issues)
    due = {key: [item for item in items if item.since <= now] for key, items in said.items()}
    return {key: items for key, items in due.items() if items}


def _subjects(said: dict[int, list[Item]]) -> None:
    mine = Subject.objects.exclude(state=Subject.State.FREE).filter(
        section=None, owner__user__isnull=False, owned_at__isnull=False
    )
    for subject in mine.select_related("owner", "issue").order_by("due", "pk"):
        owner, owned_at = subject.owner, subject.owned_at
        if owner is None or owner.user_id is None or owned_at is None:
            continue
        path = f"{reverse('watch:board')}{f'?numero={subject.issue.number}' if subject.issue else ''}"
        if subject.state == Subject.State.PROPOSED:
            heading = gettext_lazy("Proposed to you, and not answered yet")
            said[owner.user_id].append(Item(heading, owned_at + UNANSWERED, path, subject.title.__str__))
        elif subject.due:
            heading = gettext_lazy("Subjects that you took: begin the text, or they are free again")
            since = max(owned_at, subject.due - BEFORE_DUE)
            said[owner.user_id].append(Item(heading, since, path, subject.title.__str__))


def _sections(said: dict[int, list[Item]], issues: list[Issue]) -> None:
    lines = Byline.objects.filter(
        section__issue__in=issues, section__state__in=EDITABLE_BY_AUTHORS, author__user__isnull=False
    )
    for line in lines.select_related("section__issue", "author").order_by("section__position", "pk"):
        section, key = line.section, line.author.user_id
        if key is None or section.issue is None or section.issue.deadline is None:
            continue
        path = reverse("admin:issues_section_change", args=[section.pk])
        days = steps.HANDED_IN if section.body.strip() else steps.DRAFTED
        since = section.issue.deadline - timedelta(days=days)
        said[key].append(Item(gettext_lazy("Texts to hand in"), since, path, section.title.__str__))


def _editors(said: dict[int, list[Item]], issues: list[Issue]) -> None:
    """Those on duty, and where nobody is all of them, hear what is late in an issue and what waits."""
    on_duty = dict(Turn.objects.filter(issue__in=issues).values_list("issue", "editor"))
    everybody = set(editors().values_list("pk", flat=True))
    late = steps.of_all(issues)
    for issue in issues:
        people = {on_duty[issue.pk]} & everybody if issue.pk in on_duty else everybody
        for step in late[issue.pk]:
            if step.missing:
                item = Item(
                    gettext_lazy("Late for its next issue"),
                    step.at,
                    f"{reverse('watch:turns')}#numero-{issue.number}",
                    _words(issue, step),
                )
                for key in people or everybody:
                    said[key].append(item)
    waiting = list(Proposal.objects.filter(state=Proposal.State.WAITING).values_list("created_at", "title"))
    next_editor = on_duty.get(issues[0].pk) if issues else None
    for created_at, title in waiting:
        for key in everybody & {next_editor} or everybody:
            heading = gettext_lazy("Proposals from outside")
            said[key].append(Item(heading, created_at, reverse("watch:proposals"), title.__str__))


def _words(issue: Issue, step: steps.Step) -> Callable[[], str]:
    def words() -> str:
        return _("No. %(number)s, %(days)s days before the deadline %(step)s. Missing: %(missing)s") % {
            "number": issue.number,
            "days": step.days,
            "step": step.label,
            "missing": ", ".join(map(str, step.missing)),
        }

    return words
