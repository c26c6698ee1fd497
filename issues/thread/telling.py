"""Who is told of an entry of a thread, and who has seen it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from authors.roles import is_editor

from ..models import Issue, Notice, Review, Section

# What an issue may become that its sections' authors want to know.
NEWS_TO_AUTHORS = (Issue.State.APPROVED, Issue.State.SCHEDULED, *Issue.OUT)


def tell(review: Review) -> None:
    """Leave word of a review with the people concerned, but for its actor, in its own transaction.

    Of a section: those who sign it and those who spoke in its thread, as long as they may see it; the editors
    when it is handed in, or when somebody else than an editor speaks. Of an issue: the editors, and the
    authors of its sections when it is approved, scheduled, published or withdrawn, or reopened after that.
    """
    people = _of_section(review) if review.section_id else _of_issue(review)
    keys = people.exclude(pk=review.actor_id or 0).values_list("pk", flat=True)
    Notice.objects.bulk_create(Notice(recipient_id=key, review=review) for key in sorted(set(keys)))


def keep_quiet(issue: Issue) -> None:
    """Take back all that people were told of an issue and its sections, in the transaction that told them."""
    Notice.objects.filter(Q(review__issue=issue) | Q(review__section__issue=issue)).delete()


def _of_section(review: Review) -> QuerySet[Any]:
    signs = Q(author__bylines__section=review.section_id)
    handed_in = review.to_state == Section.State.SUBMITTED
    spoken_by_author = bool(review.comment) and review.actor is not None and not is_editor(review.actor)
    if handed_in or spoken_by_author:
        return _staff().filter(signs | Q(pk__in=editors()))
    spoke = Review.objects.filter(section=review.section_id).values("actor")
    return _staff().filter(signs | Q(pk__in=editors().filter(pk__in=spoke)))


def _of_issue(review: Review) -> QuerySet[Any]:
    reopened = review.to_state == Issue.State.IN_REVIEW and review.from_state != Issue.State.DRAFT
    if review.to_state not in NEWS_TO_AUTHORS and not reopened:
        return editors()
    return _staff().filter(Q(author__bylines__section__issue=review.issue_id) | Q(pk__in=editors()))


def _staff() -> QuerySet[Any]:
    """Those who can open the desk."""
    return get_user_model()._default_manager.filter(is_active=True, is_staff=True)


def editors() -> QuerySet[Any]:
    """Those who can open the desk and review."""
    return get_user_model().objects.with_perm("issues.edit_issues").filter(is_staff=True)


def see(user: Any, *, thing: Section | Issue | None = None, until: int | None = None) -> int:
    """Take a person's notices as seen, of one thread or all, up to a review's key; give how many."""
    notices = Notice.objects.filter(recipient=user).unseen()
    if thing is not None:
        notices = notices.filter(review__in=thing.reviews.all())
    if until is not None:
        notices = notices.filter(review__lte=until)
    return notices.update(seen_at=timezone.now())
