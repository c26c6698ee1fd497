"""Whose turn it is to edit an issue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from authors.roles import is_editor
from issues import workflow
from issues.models import Issue
from issues.thread.telling import editors
from issues.workflow import NotAllowed, NotNow

from ..models import Turn


def may_change(user: Any) -> bool:
    return is_editor(user) and user.has_perm("watch.change_turn")


def proposed(issues: Iterable[Issue]) -> dict[int, Any]:
    """Propose for each of these issues without a turn, in this order, the editor who was longest without.

    Who had none yet comes first. An editor who is proposed for one issue counts as having had it.
    """
    last: dict[int, int] = {}
    turns = Turn.objects.select_related("issue")
    for turn in turns:
        last[turn.editor_id] = max(last.get(turn.editor_id, 0), turn.issue.number)
    people = {person.pk: person for person in editors().order_by("pk")}
    settled = {turn.issue_id for turn in turns}
    found: dict[int, Any] = {}
    for issue in issues:
        if issue.pk not in settled and people:
            key = min(people, key=lambda pk: (last.get(pk, 0), pk))
            found[issue.pk] = people[key]
            last[key] = max(last.get(key, 0), issue.number)
    return found


@transaction.atomic
def give(issue: Issue, editor: Any | None, *, by: Any) -> None:
    """Make it an editor's turn, or nobody's. Raises NotAllowed, and NotNow for who is no editor."""
    if not may_change(by):
        raise NotAllowed(_("Only an editor can do this."))
    workflow.lock(issue)
    if issue.is_out:
        raise NotNow(_("The issue is published already."))
    if editor is None:
        Turn.objects.filter(issue=issue).delete()
        return
    if not editors().filter(pk=editor.pk).exists():
        raise NotNow(_("Only an editor can have a turn."))
    Turn.objects.update_or_create(issue=issue, defaults={"editor": editor})
