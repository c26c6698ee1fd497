"""Resolving and reopening what was asked in a thread. Raises the errors of the workflow."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import permissions
from ..models import Review
from ..workflow import NotAllowed, NotNow


@transaction.atomic
def resolve(review: Review, *, by: Any) -> None:
    """Take what was asked as done. For those who sign the section, and for editors."""
    _lock(review, by)
    if review.resolved_at:
        raise NotNow(_("This is resolved already."))
    review.resolved_at, review.resolved_by = timezone.now(), by
    review.save(update_fields=["resolved_at", "resolved_by"])


@transaction.atomic
def reopen(review: Review, *, by: Any) -> None:
    """Ask again. For those who sign the section, and for editors."""
    _lock(review, by)
    if not review.resolved_at:
        raise NotNow(_("This is open already."))
    review.resolved_at = review.resolved_by = None
    review.save(update_fields=["resolved_at", "resolved_by"])


def _lock(review: Review, by: Any) -> None:
    """Hold the row, and check what both have in common."""
    try:
        review.refresh_from_db(from_queryset=Review.objects.select_for_update())
    except Review.DoesNotExist:
        raise NotNow(_("This was deleted in the meantime.")) from None
    if not permissions.may_resolve(by, review.thing):
        raise NotAllowed(_("Only those who sign this section, and editors, can do this."))
    if not review.is_resolvable:
        raise NotNow(_("There is nothing to resolve here."))
