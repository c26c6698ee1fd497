"""Answering for warnings: who may, when, and for which.

A warning is acknowledged by name, as it is now; once the situation is another, it asks again. Raises the
errors of the workflow, whose text can be shown to the user.
"""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from authors.roles import is_editor

from . import checks
from .links import lookup
from .models import Acknowledgement, Issue
from .workflow import NotAllowed, NotNow

# Later it is approved or out, and what was acknowledged stays as it was.
STATES = (Issue.State.DRAFT, Issue.State.IN_REVIEW)


def may_acknowledge(user: Any, issue: Issue) -> bool:
    return is_editor(user) and issue.state in STATES


@transaction.atomic
def acknowledge(issue: Issue, fingerprints: Collection[str], *, by: Any) -> int:
    """Take note of warnings in the name of `by`; give how many are new.

    Raises NotNow where one of them is no longer what it was when the page was opened.
    """
    issue = _open(issue, by)
    report = checks.report(issue)
    warnings = {message.fingerprint: message for message in report.warnings}
    if not fingerprints or not set(fingerprints) <= set(warnings):
        raise NotNow(_("This has changed since the page was opened: look at the list again."))
    new = set(fingerprints) - set(report.acknowledgements)
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            issue=issue,
            check_id=warnings[fingerprint].id,
            about=warnings[fingerprint].about,
            fingerprint=fingerprint,
            by=by,
        )
        for fingerprint in sorted(new)
    )
    return len(new)


@transaction.atomic
def take_back(issue: Issue, fingerprint: str, *, by: Any) -> None:
    """Make a warning ask again, whoever had acknowledged it. Harmless where nobody had."""
    issue = _open(issue, by)
    for note in issue.acknowledgements.all():
        # Compared here: not every text that is sent can be asked of the database.
        if note.fingerprint == fingerprint:
            note.delete()


@transaction.atomic
def look_links_up_again(issue: Issue, *, by: Any) -> int:
    """Have the links of an issue looked up soon, but for those just looked up; give how many are."""
    if not is_editor(by):
        raise NotAllowed(_("Only an editor can do this."))
    if issue.is_out:
        raise NotNow(_("The issue is published already."))
    if not settings.VEILLE_CHECK_LINKS:
        raise NotNow(_("Links are not looked up here (VEILLE_CHECK_LINKS)."))
    return lookup.look_again(issue)


def _open(issue: Issue, by: Any) -> Issue:
    """Lock the issue. Raises NotAllowed and NotNow."""
    if not is_editor(by):
        raise NotAllowed(_("Only an editor can do this."))
    locked = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if locked is None:
        raise NotNow(_("This was deleted in the meantime."))
    if locked.state not in STATES:
        raise NotNow(
            _("This cannot be done now: the state is “%(state)s”.") % {"state": locked.get_state_display()}
        )
    return locked
