"""Who has a subject: proposed, taken, given back. Of two who want it at once exactly one gets it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.models import Author
from issues.models import Issue
from issues.workflow import NotAllowed

from ..models import Subject, SubjectEvent
from . import rights
from .dates import default_due
from .holding import hold, need_no_section, need_open, note, refusal

FREE, PROPOSED, TAKEN = Subject.State.FREE, Subject.State.PROPOSED, Subject.State.TAKEN
Kind = SubjectEvent.Kind


@transaction.atomic
def take(subject: Subject, *, by: Any) -> None:
    """Take a subject that is free, or that was proposed to this very person. Taken already by her: nothing.

    One UPDATE, whose row count says who got it. Raises NotNow that names the one who has it, or says
    that the account has no author yet.
    """
    author = rights.need_author(by)
    now = timezone.now()
    found = need_open(_read(subject))
    hers = Q(state=FREE) | Q(state=PROPOSED, owner=author)
    got = Subject.objects.filter(hers, pk=subject.pk, section=None).update(
        state=TAKEN, owner=author, owned_at=now, due=_due(found.issue, now)
    )
    found = need_open(_read(subject))
    if got:
        note(found, Kind.TAKEN, by=by, author=author)
        return
    need_no_section(found)
    if found.owner_id != author.pk:
        raise refusal(found)


@transaction.atomic
def propose(subject: Subject, author: Author, *, by: Any) -> None:
    """Propose a subject to an author, who is told by mail. For editors, unless somebody took it.

    A guest has no account to answer with: she has it at once.
    """
    if not rights.directs(by):
        raise NotAllowed(_("Only an editor can do this."))
    held = hold(subject)
    need_no_section(held)
    if held.state == TAKEN:
        raise refusal(held)
    if held.owner_id == author.pk:
        return
    now = timezone.now()
    state = PROPOSED if author.user_id else TAKEN
    Subject.objects.filter(pk=held.pk).update(
        state=state, owner=author, owned_at=now, due=_due(held.issue, now)
    )
    kind = Kind.PROPOSED if author.user_id else Kind.TAKEN
    note(held, kind, by=by, author=author, tell=[author.user_id])


@transaction.atomic
def give_back(subject: Subject, *, by: Any) -> None:
    """Free a subject: her own, or declined when it was proposed to her; editors anybody's.

    Who had proposed what is declined is told by mail. Free already: nothing.
    """
    held = hold(subject)
    if held.state == FREE:
        return
    own = rights.is_owner(by, held)
    if not (rights.directs(by) or (own and rights.may_add(by))):
        raise NotAllowed(_("Only %(author)s or an editor can give this back.") % {"author": held.owner})
    need_no_section(held)
    declined = own and held.state == PROPOSED
    Subject.objects.filter(pk=held.pk).update(state=FREE, owner=None, owned_at=None)
    note(
        held,
        Kind.DECLINED if declined else Kind.GIVEN_BACK,
        by=by,
        author=held.owner,
        tell=[_who_proposed(held)] if declined else (),
    )


def _read(subject: Subject) -> Subject | None:
    return Subject.objects.select_related("issue", "owner").filter(pk=subject.pk).first()


def _due(issue: Issue | None, now: datetime) -> Case:
    """Keep a day that is still to come; one that is over would free the subject again at once."""
    return Case(When(due__gt=now, then=F("due")), default=Value(default_due(issue, at=now)))


def _who_proposed(subject: Subject) -> int | None:
    last = subject.events.filter(kind=Kind.PROPOSED).first()
    return last.actor_id if last else None
