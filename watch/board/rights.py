"""What a person may do on the board, and to one subject."""

from typing import Any

from django.utils.translation import gettext as _

from authors.models import Author
from authors.roles import is_editor
from issues.workflow import NotAllowed, NotNow

from ..models import Subject


def may_see(user: Any) -> bool:
    return user.has_perm("watch.view_subject")


def may_add(user: Any) -> bool:
    """Those who add subjects also take them, and add links to any."""
    return may_see(user) and user.has_perm("watch.add_subject")


def directs(user: Any) -> bool:
    """Whether somebody hands subjects out: an editor."""
    return is_editor(user) and user.has_perm("watch.change_subject")


def may_edit(user: Any, subject: Subject) -> bool:
    """An editor any subject; an author what she took, and what she brought as long as it is free."""
    if directs(user):
        return True
    if not may_add(user):
        return False
    if subject.state == Subject.State.TAKEN:
        return is_owner(user, subject)
    return subject.state == Subject.State.FREE and subject.created_by_id == user.pk


def may_delete(user: Any, subject: Subject) -> bool:
    """An editor any subject; an author what she brought, as long as it is free."""
    if directs(user) and user.has_perm("watch.delete_subject"):
        return True
    return subject.state == Subject.State.FREE and may_edit(user, subject)


def is_owner(user: Any, subject: Subject) -> bool:
    """Whether the subject is taken by, or proposed to, the author of this account."""
    return subject.owner is not None and subject.owner.user_id == user.pk


def author_of(user: Any) -> Author | None:
    """The author that an account signs as."""
    return Author.objects.filter(user=user).first()


def need_author(user: Any) -> Author:
    """As `author_of`; raises NotNow, in words, where there is none yet."""
    if not may_add(user):
        raise NotAllowed(_("You do not have the right to take subjects."))
    author = author_of(user)
    if author is None:
        raise NotNow(
            _("Your account has no author’s entry yet, so it cannot sign: ask an editor to make one for you.")
        )
    return author


def need(right: bool) -> None:
    """Raise NotAllowed unless the right is there."""
    if not right:
        raise NotAllowed(_("You do not have the right to change this subject."))
