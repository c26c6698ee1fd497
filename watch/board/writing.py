"""The section that comes of a subject: from then on it says how far the subject is."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from issues import permissions
from issues.models import Section
from issues.workflow import NotNow

from ..models import Subject, SubjectEvent
from . import rights
from .holding import hold, need_no_section, note


def may_attach(user: Any, subject: Subject) -> bool:
    """Who has the subject, and editors."""
    return rights.directs(user) or (rights.may_add(user) and rights.is_owner(user, subject))


@transaction.atomic
def attach(subject: Subject, section: Section, *, by: Any) -> None:
    """Say that a section is what came of a subject: one that its author signs, and no other subject's.

    For the author who has taken it, and editors. One made of its links (`watch.drafting`) is its own already.
    """
    held = hold(subject)
    rights.need(may_attach(by, held))
    need_no_section(held)
    if held.state != Subject.State.TAKEN or held.owner is None:
        raise NotNow(_("Take this subject first: whoever has taken it writes it."))
    found = Section.objects.select_for_update(of=("self",)).filter(pk=section.pk).first()
    if found is None or not permissions.may_see_section(by, found):
        raise NotNow(_("This was deleted in the meantime."))
    if held.owner not in found.byline():
        raise NotNow(_("%(author)s does not sign this section.") % {"author": held.owner})
    if Subject.objects.filter(section=found).exists():
        raise NotNow(_("This section came of another subject already."))
    Subject.objects.filter(pk=held.pk).update(section=found)
    note(held, SubjectEvent.Kind.DRAFTED, by=by, author=held.owner)
