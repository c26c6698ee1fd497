"""What an editor decides of a proposal, and what is forgotten after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.roles import is_editor
from issues.models import Issue
from issues.workflow import NotAllowed, NotNow

from ..board.subjects import create
from ..keeping import NotALink, link_for
from ..models import Link, Proposal, Subject

# Name and address are kept so long after the decision, to answer questions about it.
REMEMBERED = timedelta(days=90)
# Of what nobody decides on.
REMEMBERED_WAITING = timedelta(days=365)


def may_decide(user: Any) -> bool:
    """Editors read proposals and decide on them."""
    return is_editor(user) and user.has_perm("watch.change_proposal")


@transaction.atomic
def accept(proposal: Proposal, *, by: Any, issue: Issue | None = None) -> Subject:
    """Make a free subject of a proposal, for an issue or for later. Neither name nor address go with it.

    Raises NotAllowed, and NotNow where somebody decided already.
    """
    _hold(proposal, by)
    links, others = _links(proposal)
    subject = create(
        issue, proposal.title, by=by, rubric=proposal.rubric, links=links, note=_note(proposal, others)
    )
    _decide(proposal, Proposal.State.ACCEPTED, by, subject)
    return subject


@transaction.atomic
def decline(proposal: Proposal, *, by: Any) -> None:
    """Put a proposal aside. Raises NotAllowed, and NotNow where somebody decided already."""
    _hold(proposal, by)
    _decide(proposal, Proposal.State.DECLINED, by)


def forget() -> int:
    """Forget the names and addresses whose time has come; give how many. Idempotent."""
    now = timezone.now()
    old = Q(decided_at__lte=now - REMEMBERED) | Q(
        state=Proposal.State.WAITING, created_at__lte=now - REMEMBERED_WAITING
    )
    return Proposal.objects.filter(old).exclude(name="", email="").update(name="", email="")


def _hold(proposal: Proposal, by: Any) -> None:
    if not may_decide(by):
        raise NotAllowed(_("Only an editor can do this."))
    proposal.refresh_from_db(from_queryset=Proposal.objects.select_for_update())
    if proposal.state != Proposal.State.WAITING:
        raise NotNow(
            _("This was decided already: %(state)s, by %(person)s.")
            % {"state": proposal.get_state_display(), "person": proposal.decided_by or "–"}
        )


def _decide(proposal: Proposal, state: str, by: Any, subject: Subject | None = None) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.subject = subject
    proposal.save(update_fields=["state", "decided_by", "decided_at", "subject"])


def _links(proposal: Proposal) -> tuple[list[Link], list[str]]:
    """Give the links, and the addresses that cannot be kept as such."""
    links, others = [], []
    for address in proposal.links.split():
        try:
            links.append(link_for(address))
        except NotALink:
            others.append(address)
    return links, others


def _note(proposal: Proposal, others: list[str]) -> str:
    parts = [proposal.reason, *others]
    if proposal.interest:
        parts.append(_("Their own interest, they say: %(words)s") % {"words": proposal.interest})
    return "\n\n".join(part for part in parts if part)
