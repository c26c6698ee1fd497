"""What people do with an import: upload, describe, confirm, give up. Each checks right, then state.

`by` is None at the terminal, which has every right and does the work itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.models import User
from subscribers import tasks
from subscribers.addresses import clean_name
from subscribers.models import Subscriber

from . import formats
from .files import forget_files, keep
from .reading import look_at
from .records import Import

State = Import.State
# As of the dates in the files.
EARLIEST_YEAR = 1990
MAY_IMPORT = "subscribers.import_subscriber"
# What the readers of a whole file may be.
FILE_STATES = (Subscriber.State.ACTIVE, Subscriber.State.UNSUBSCRIBED, Subscriber.State.BOUNCED)


def upload(
    blocks: Iterable[bytes], *, filename: str, source: str, consent_date: date, language: str, by: User | None
) -> Import:
    """Take a file in, and begin to check it if its headings say all there is to know.

    Raises `PermissionDenied`, `Unreadable` for what is no list, and
    `ValidationError` without a source, or with a date to come or long before there were newsletters.
    """
    _check_right(by)
    if not source.strip():
        raise ValidationError(_("Say where and how these people agreed to receive the newsletter."))
    if consent_date > timezone.localdate():
        raise ValidationError(_("This date is yet to come."))
    if consent_date.year < EARLIEST_YEAR:
        raise ValidationError(_("Nobody agreed to a newsletter so long ago: look at the year."))
    work = Import(
        by=by,
        filename=clean_name(filename)[:200],
        source=clean_name(source)[:300],
        consent_date=consent_date,
        language=language,
    )
    try:
        keep(blocks, work)
        layout = look_at(work.path)
        work.layout = layout.as_json()
        work.rows = max(0, layout.lines - 1)
        known = formats.recognise(layout.headings)
        work.format = known.name
        work.state = State.UPLOADED if known.asks else State.CHECKING
        with transaction.atomic():
            work.save()
            if not known.asks:
                _queue(work, by)
    except BaseException:
        forget_files(work)
        raise
    return work


def describe(work: Import, *, columns: dict[str, str], file_state: str, by: User | None) -> None:
    """Say what state the readers of the file are in, and begin to check it.

    `columns` say which heading is what, in a file of no known tool; in others they are not looked at.
    Raises `PermissionDenied`, and `ValidationError` for columns or a state that there are not.
    """
    _check_right(by)
    if work.format == formats.OTHER.name:
        headings = {heading.casefold() for heading in work.layout["headings"]}
        columns = {name: heading.casefold() for name, heading in columns.items() if heading}
        if "email" not in columns or not set(columns.values()) <= headings:
            raise ValidationError(_("Say which column holds the addresses."))
    else:
        columns = {}
    if file_state not in FILE_STATES:
        raise ValidationError(_("Say what these people are."))
    with transaction.atomic():
        _move(work, [State.UPLOADED], State.CHECKING, columns=columns, file_state=file_state)
        _queue(work, by)


def confirm(work: Import, *, by: User | None) -> None:
    """Let the import begin that was checked. A second time is one too many, and changes nothing."""
    _check_right(by)
    with transaction.atomic():
        _move(work, [State.CHECKED], State.IMPORTING)
        _queue(work, by)


def cancel(work: Import, *, by: User | None) -> None:
    """Give an import up that has written nobody yet."""
    _check_right(by)
    _move(work, [State.UPLOADED, State.CHECKING, State.CHECKED], State.CANCELLED, ended_at=timezone.now())
    forget_files(work)


def _check_right(by: User | None) -> None:
    if by is not None and not by.has_perm(MAY_IMPORT):
        raise PermissionDenied


def _move(work: Import, before: list[Import.State], after: Import.State, **fields: Any) -> None:
    """Change the state. (Compare-and-set: the row count decides.) Raises `ValidationError` for another."""
    values = {"state": after, "owner": "", "lease_until": None, **fields}
    if not Import.objects.filter(pk=work.pk, state__in=before).update(**values):
        work.refresh_from_db()
        raise ValidationError(_("This import is “%(state)s” already.") % {"state": work.get_state_display()})
    work.refresh_from_db()


def _queue(work: Import, by: User | None) -> None:
    if by is None:
        return
    # Robust: with the broker down the error is logged, and the scheduler finds the waiting row.
    transaction.on_commit(partial(tasks.carry_on_import.delay, work.pk), robust=True)
