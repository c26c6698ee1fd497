"""Making, taking back and reading the links to issues in the making. Raises the errors of the workflow."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.roles import is_editor

from .. import workflow
from ..models import Issue, PreviewLink
from ..workflow import NotAllowed, NotNow

LIFETIME = timedelta(days=7)
_SALT = "issues.proofs"


class Unknown(Exception):
    """The text was not signed here."""


class Expired(Exception):
    """The link was good once: its time is over, or an editor took it back or made a newer one."""


def may_share(user: Any, issue: Issue) -> bool:
    """Whether somebody may make a link to an issue now."""
    return is_editor(user) and user.has_perm("issues.view_issue") and not issue.is_out


@transaction.atomic
def make(issue: Issue, *, by: Any) -> PreviewLink:
    """Make the link to an issue, for `LIFETIME` from now; the one before is good no more. For editors."""
    _hold(issue, by)
    link, _created = PreviewLink.objects.update_or_create(
        issue=issue, defaults={"key": uuid.uuid4(), "made_by": by, "made_at": timezone.now()}
    )
    workflow.note(issue, _("Made a link by which anybody can read the issue, for 7 days."), by=by)
    return link


@transaction.atomic
def take_back(issue: Issue, *, by: Any) -> None:
    """Let the link to an issue be good no more. For editors."""
    _hold(issue, by)
    deleted, _by_model = PreviewLink.objects.filter(issue=issue).delete()
    if not deleted:
        raise NotNow(_("There is no link to take back."))
    workflow.note(issue, _("Took the link to the issue back."), by=by)


def address_of(link: PreviewLink) -> str:
    """Give the path of a link. It is signed, so that guessing does not even ask the database."""
    token = signing.Signer(salt=_SALT).sign_object([link.issue_id, link.key.hex])
    return reverse("archive:proof", args=[token])


def expiry(link: PreviewLink) -> datetime:
    """When a link stops being good."""
    return link.made_at + LIFETIME


def is_good(link: PreviewLink) -> bool:
    """Whether a link is good now. What is out already needs none."""
    return expiry(link) > timezone.now()


def issue_of(token: str) -> Issue:
    """Give the issue that a link is good for, or that is out since. Raises Unknown and Expired."""
    try:
        issue_id, key = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature:
        raise Unknown from None
    link = PreviewLink.objects.select_related("issue").filter(issue=issue_id).first()
    if link is None:
        raise Expired
    # Whoever reads the issue of a link that is over is led to what everybody may read.
    if not link.issue.is_published and (link.key.hex != key or not is_good(link)):
        raise Expired
    return link.issue


def _hold(issue: Issue, by: Any) -> None:
    workflow.lock(issue)
    if not is_editor(by):
        raise NotAllowed(_("Only an editor can do this."))
    if issue.is_out:
        raise NotNow(_("The issue is published already."))
