"""Who may move what to where. Every change of state of a section or an issue happens here.

Each transition checks the actor's right, then the state it comes from, and records a Review, in one
transaction that holds the row. It raises `NotAllowed` or `NotNow`, whose text can be shown to the user.
The admin, the scheduler and the tests call the same functions; a state never changes by a form field.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from authors.roles import is_editor

from . import checks, permissions
from .history import snapshot
from .models import Issue, Rendition, Review, Section
from .models.issue import IssueQuerySet
from .rendering import render_issue
from .search.index import forget, index
from .signals import PublicationRefused, issue_published, issue_withdrawn
from .thread import telling

# Issues that were mailed: no mail is older than the clocks that feeds and browsers count by.
FIRST_YEAR, LAST_YEAR = 1970, 9000
NOON = time(12)


class WorkflowError(Exception):
    """A transition that was refused, in words for the person who asked for it."""


class NotAllowed(WorkflowError):
    """The actor lacks the right, whatever the state."""


class NotNow(WorkflowError):
    """The state, or what it rests on, does not let this happen now."""


# --- Sections ----------------------------------------------------------------------------------


@transaction.atomic
def submit(section: Section, *, by: Any) -> None:
    """Hand a section in for review, which locks its text for the authors."""
    _lock(section)
    _need_signature(section, by)
    _need_state(section, Section.State.DRAFT, Section.State.CHANGES_REQUESTED)
    if not section.body.strip():
        raise NotNow(_("There is no text to submit yet."))
    if not section.bylines.exists():
        raise NotNow(_("Nobody signs this section yet: add an author."))
    section.submitted_at = timezone.now()
    _move(section, Section.State.SUBMITTED, by)


@transaction.atomic
def withdraw(section: Section, *, by: Any) -> None:
    """Take a submitted section back to work on it again."""
    _lock(section)
    _need_signature(section, by)
    _need_state(section, Section.State.SUBMITTED)
    _move(section, Section.State.DRAFT, by)


@transaction.atomic
def request_changes(section: Section, *, by: Any, comment: str, quote: str = "") -> None:
    """Give a section back to its authors, with the reason, and the passage that it is about."""
    lock(section)
    _need_editor(by)
    _need_state(section, Section.State.SUBMITTED, Section.State.APPROVED)
    if not comment.strip():
        raise NotNow(_("Say what is to be changed."))
    _move(section, Section.State.CHANGES_REQUESTED, by, comment, quote)
    if section.issue:
        _back_to_review(section.issue, by)


@transaction.atomic
def approve_section(section: Section, *, by: Any) -> None:
    """Take a submitted section as it is. Nobody approves what they signed (VEILLE_FOUR_EYES)."""
    _lock(section)
    _need_editor(by)
    _need_state(section, Section.State.SUBMITTED)
    if settings.VEILLE_FOUR_EYES and section.is_signed_by(by):
        raise NotAllowed(_("You signed this section: another pair of eyes must approve it."))
    _move(section, Section.State.APPROVED, by)


@transaction.atomic
def section_changed(section: Section, *, by: Any) -> None:
    """Take note that a section's words, byline or sources were saved: what was approved is so no more."""
    lock(section)
    if section.state == Section.State.APPROVED:
        _move(section, Section.State.SUBMITTED, by, _("Changed after its approval."))
    if section.issue:
        _back_to_review(section.issue, by)


@transaction.atomic
def comment(thing: Section | Issue, *, by: Any, text: str, quote: str = "") -> Review:
    """Add a comment to the thread of a section or an issue, maybe on a passage of the text."""
    _lock(thing)
    if not permissions.may_comment(by, thing):
        raise NotAllowed(_("You cannot comment on this."))
    if not text.strip():
        raise NotNow(_("The comment is empty."))
    return _record(thing, by, comment=text, quote=quote)


# --- Issues ------------------------------------------------------------------------------------


@transaction.atomic
def send_to_review(issue: Issue, *, by: Any) -> None:
    """Begin the review of an issue."""
    _lock(issue)
    _need_editor(by)
    _need_state(issue, Issue.State.DRAFT)
    _move(issue, Issue.State.IN_REVIEW, by)


@transaction.atomic
def approve(issue: Issue, *, by: Any) -> None:
    """Approve an issue as it is rendered now: the digest of that is what may be published.

    No check may give an error, and each warning must be acknowledged.
    """
    _lock(issue)
    _need_editor(by)
    _need_state(issue, Issue.State.IN_REVIEW)
    objection = checks.report(issue).objection()
    if objection:
        raise NotNow(objection)
    issue.approved_digest = render_issue(issue).digest
    _move(issue, Issue.State.APPROVED, by)


@transaction.atomic
def reopen(issue: Issue, *, by: Any, comment: str = "") -> None:
    """Take an approved or scheduled issue back to review."""
    _lock(issue)
    _need_editor(by)
    _need_state(issue, Issue.State.APPROVED, Issue.State.SCHEDULED)
    _fall_back(issue, by, comment)


@transaction.atomic
def schedule(issue: Issue, *, by: Any, at: datetime) -> None:
    """Have an approved issue published at a time to come, in the name of `by`."""
    _lock(issue)
    _need_publisher(by)
    _need_state(issue, Issue.State.APPROVED)
    if at <= timezone.now():
        raise NotNow(_("This time is past."))
    issue.scheduled_for, issue.scheduled_by = at, by
    _move(issue, Issue.State.SCHEDULED, by)


@transaction.atomic
def unschedule(issue: Issue, *, by: Any) -> None:
    """Keep a scheduled issue from going out; it stays approved."""
    _lock(issue)
    _need_publisher(by)
    _need_state(issue, Issue.State.SCHEDULED)
    issue.scheduled_for = issue.scheduled_by = None
    _move(issue, Issue.State.APPROVED, by)


def publish(issue: Issue, *, by: Any) -> None:
    """Publish what was approved: freeze the rendering and tell the house, in one transaction.

    An issue whose rendering is no longer the approved one goes back to review, and NotNow is raised.
    """
    with transaction.atomic():
        _lock(issue)
        _need_publisher(by)
        _need_state(issue, Issue.State.APPROVED, Issue.State.SCHEDULED)
        is_out = _put_out(issue, by, at=timezone.now(), mailed=True)
    _need_as_approved(is_out)


def archive(issue: Issue, *, by: Any, on: date | datetime) -> None:
    """Put an issue that came out before, by another way, into the public archive, and mail it to nobody.

    `on` is when readers got it: a day alone means its noon, a time without zone is the newsroom's. The rest
    is as with `publish`. Raises NotNow for a moment to come too.
    """
    with transaction.atomic():
        _lock(issue)
        _need_publisher(by)
        _need_state(issue, Issue.State.APPROVED)
        at = _past_moment(on)
        words = _("Put into the archive without sending: it came out on %(date)s.") % {
            "date": date_format(timezone.localtime(at), "DATE_FORMAT")
        }
        is_out = _put_out(issue, by, at=at, mailed=False, comment=words)
    _need_as_approved(is_out)


@transaction.atomic
def withdraw_issue(issue: Issue, *, by: Any, comment: str) -> None:
    """Take a published issue off the site, for a reason that stays in the house.

    Its addresses say that it is gone; what was mailed is in the readers' boxes.
    """
    _lock(issue)
    _need_publisher(by)
    _need_state(issue, Issue.State.PUBLISHED)
    if not comment.strip():
        raise NotNow(_("Say why it is withdrawn: the thread keeps it, readers do not see it."))
    issue.withdrawn_at = timezone.now()
    _move(issue, Issue.State.WITHDRAWN, by, comment)
    forget(issue)
    issue_withdrawn.send(sender=Issue, issue=issue)


@transaction.atomic
def bring_back(issue: Issue, *, by: Any) -> None:
    """Show a withdrawn issue again, with the date and the text it had."""
    _lock(issue)
    _need_publisher(by)
    _need_state(issue, Issue.State.WITHDRAWN)
    issue.withdrawn_at = None
    _move(issue, Issue.State.PUBLISHED, by)
    index(issue.sections.all())


def publish_due() -> list[Issue]:
    """Publish the scheduled issues whose time has come; give those that went out.

    One that cannot go out (it changed, or its scheduler lost the right) goes back to review with the
    reason in its thread, so that it is not tried for ever.
    """
    published = []
    for issue in Issue.objects.due().select_related("scheduled_by"):
        try:
            publish(issue, by=issue.scheduled_by)
        except WorkflowError as error:
            with transaction.atomic():
                _lock(issue)
                if issue.state == Issue.State.SCHEDULED:
                    _fall_back(issue, None, str(error))
        else:
            published.append(issue)
    return published


@transaction.atomic
def issue_changed(issue: Issue, *, by: Any) -> None:
    """Take note that part of an issue was saved: if readers would see it, its approval falls."""
    _lock(issue)
    snapshot.note(issue)
    _back_to_review(issue, by)


def wording_changed(issues: IssueQuerySet, *, by: Any) -> None:
    """Take note that a name was changed which readers of these issues see: a rubric's, an author's."""
    frozen_soon = issues.filter(state__in=[Issue.State.APPROVED, Issue.State.SCHEDULED])
    for issue in frozen_soon.distinct().order_by("pk"):
        issue_changed(issue, by=by)


# --- The parts of a transition -----------------------------------------------------------------


def _lock(thing: Section | Issue) -> None:
    """Read the row anew and hold it until the transaction ends.

    PostgreSQL locks the row; SQLite has locked the whole database at BEGIN IMMEDIATE.
    """
    rows: QuerySet[Any] = type(thing)._base_manager.select_for_update()
    try:
        thing.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist:
        raise NotNow(_("This was deleted in the meantime.")) from None


def hold_issues(*keys: int | None) -> dict[int, Issue]:
    """Hold these issues until the transaction ends, the lower key first: in one order, nobody deadlocks."""
    wanted = {key for key in keys if key}
    rows = Issue.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    return {issue.pk: issue for issue in rows}


def lock(thing: Section | Issue, *, entering: int | None = None) -> None:
    """Hold an issue, or a section after its issue and the one that it is to enter: always in that order.

    Raises NotNow where the thing was deleted, or the section moved, since it was read.
    """
    if isinstance(thing, Section):
        stood_in = thing.issue_id
        hold_issues(stood_in, entering)
        _lock(thing)
        if thing.issue_id != stood_in:
            # The issue that it is in now is not held, and taking it after the section may deadlock.
            raise NotNow(_("Somebody moved this section since you opened the page: look at the board again."))
    else:
        _lock(thing)


def _need_editor(user: Any) -> None:
    if not is_editor(user):
        raise NotAllowed(_("Only an editor can do this."))


def _need_publisher(user: Any) -> None:
    if not (user.is_active and user.has_perm("issues.publish_issue")):
        raise NotAllowed(_("You do not have the right to publish."))


def _need_signature(section: Section, user: Any) -> None:
    if not (user.is_active and user.has_perm("issues.change_section")) or not (
        is_editor(user) or section.is_signed_by(user)
    ):
        raise NotAllowed(_("Only those who sign this section can do this."))


def _need_state(thing: Section | Issue, *states: str) -> None:
    if thing.state not in states:
        raise NotNow(
            _("This cannot be done now: the state is “%(state)s”.") % {"state": thing.get_state_display()}
        )
    if isinstance(thing, Section) and thing.issue and thing.issue.is_out:
        raise NotNow(_("The issue is published already."))


def _move(thing: Section | Issue, to: str, by: Any, comment: str = "", quote: str = "") -> None:
    from_state, thing.state = thing.state, to
    thing.save()
    _record(thing, by, from_state=from_state, to_state=to, comment=comment, quote=quote)


def note(thing: Section | Issue, text: str, *, by: Any) -> None:
    """Write into the thread that something happened which changed no state, and asks for no answer."""
    _record(thing, by, from_state=thing.state, to_state=thing.state, comment=text)


def _record(thing: Section | Issue, by: Any, **fields: str) -> Review:
    place: dict[str, Any] = {"section": thing} if isinstance(thing, Section) else {"issue": thing}
    review = Review.objects.create(actor=by, **place, **fields)
    telling.tell(review)
    return review


def _put_out(issue: Issue, by: Any, *, at: datetime, mailed: bool, comment: str = "") -> bool:
    """Freeze what was approved, and tell the house that readers may read it. The issue is held.

    False: it is no longer what was approved, and went back to review.
    """
    rendering = render_issue(issue)
    if rendering.digest != issue.approved_digest:
        _fall_back(issue, by, _("Not published: it changed after its approval."))
        return False
    issue.published_at = at
    _move(issue, Issue.State.PUBLISHED, by, comment)
    rendition = Rendition.objects.create(
        issue=issue,
        subject=rendering.subject,
        preheader=rendering.preheader,
        web_html=rendering.web_html,
        email_html=rendering.email_html,
        text=rendering.text,
        digest=rendering.digest,
    )
    index(issue.sections.all())
    try:
        issue_published.send(sender=Issue, issue=issue, rendition=rendition, mailed=mailed)
    except PublicationRefused as error:
        raise NotNow(str(error)) from error
    return True


def _need_as_approved(is_out: bool) -> None:
    """Refuse after the transaction, which keeps that the issue went back to review."""
    if not is_out:
        raise NotNow(_("The issue changed after its approval: review and approve it again."))


def _past_moment(on: date | datetime) -> datetime:
    """Give the moment of a publication that was. Raises NotNow for one to come, or in no year of mails."""
    now = timezone.now()
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise NotNow(_("This date is too far away: look at the year."))
    moment = on if isinstance(on, datetime) else datetime.combine(on, NOON)
    moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    if not isinstance(on, datetime) and on == timezone.localdate(now):
        # In the morning noon is to come.
        moment = min(moment, now)
    if moment > now:
        raise NotNow(
            _("%(date)s is still to come: the archive takes what readers have had already.")
            % {"date": date_format(timezone.localtime(moment), "DATE_FORMAT")}
        )
    return moment


def _fall_back(issue: Issue, by: Any, comment: str) -> None:
    issue.approved_digest = ""
    issue.scheduled_for = issue.scheduled_by = None
    _move(issue, Issue.State.IN_REVIEW, by, comment)


def _back_to_review(issue: Issue, by: Any) -> None:
    if issue.state in (Issue.State.APPROVED, Issue.State.SCHEDULED):
        all_approved = not issue.sections.exclude(state=Section.State.APPROVED).exists()
        if not all_approved or render_issue(issue).digest != issue.approved_digest:
            _fall_back(issue, by, _("Changed after its approval."))
