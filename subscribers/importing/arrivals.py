"""From a row of text to what it says about one reader; or why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscribers.addresses import clean_name, normalise
from subscribers.columns import COLUMNS, SubscriberResource, restore
from subscribers.models import Subscriber

from .formats import BY_NAME, OWN, Format, Row
from .reading import Layout
from .records import Import

State = Subscriber.State
LONGEST_NAME = 120
LONGEST_ADDRESS = 254

# Why a row is refused: kept by its key, said in the language of who looks.
REASONS: dict[str, Promise] = {
    "no_address": _("there is no address"),
    "invalid": _("this is not an email address"),
    "non_ascii_local_part": _("the part before the @ holds a letter that mail servers refuse"),
    "too_long": _("the address is too long"),
    "too_many_cells": _("the row has more cells than there are headings"),
    "bad_value": _("a date, the state or the history is not as our own files have it"),
}


class Refused(Exception):
    """This row brings nobody in. `reason` is a key of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Arrival:
    """What one row says about one reader. `since` is when she agreed, `left_at` when she did not any more.

    `chosen` are her preferences, as our own files keep them.
    """

    row: int
    email: str
    address: str
    name: str
    language: str
    state: State
    since: datetime
    created_at: datetime
    left_at: datetime | None
    confirmed_at: datetime | None = None
    chosen: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refuses(self) -> bool:
        return self.state not in (State.ACTIVE, State.PENDING)

    def merged_with(self, other: Arrival) -> Arrival:
        """The same reader stood in the file twice: a no is stronger than a yes, a name than none."""
        first, second = (self, other) if self.refuses or not other.refuses else (other, self)
        return replace(first, row=self.row, name=first.name or second.name)


Reader = Callable[[int, list[str]], Arrival]


def reader_of(work: Import) -> Reader:
    """Give the function that understands the rows of this file. It raises `Refused`."""
    layout = Layout.from_json(work.layout)
    headings = [heading.casefold() for heading in layout.headings]
    known = _as_described(BY_NAME[work.format], work)
    default = _start_of(work)
    now = timezone.now()

    def read(number: int, cells: list[str]) -> Arrival:
        if len(cells) > len(headings) and any(cells[len(headings) :]):
            raise Refused("too_many_cells")
        row = dict(zip(headings, cells, strict=False))
        row = {heading: row.get(heading, "").strip() for heading in headings if heading}
        if known is OWN:
            return _own(number, row, default)
        return _foreign(number, row, known, work, default, now)

    return read


def _as_described(known: Format, work: Import) -> Format:
    """The format, with what was said of the file on the page that asks for it."""
    if work.columns:
        names = tuple(name for key in ("name", "last_name") if (name := work.columns.get(key)))
        since = (work.columns["since"],) if work.columns.get("since") else ()
        known = replace(known, email=work.columns["email"], names=names, since=since)
    if work.file_state:
        said, told = State(work.file_state), known.state

        def state(row: Row) -> State:
            return said if (own := told(row)) is State.ACTIVE else own

        known = replace(known, state=state)
    return known


def _foreign(
    number: int, row: dict[str, str], known: Format, work: Import, default: datetime, now: datetime
) -> Arrival:
    email = row[known.email]
    address = _address(email)
    state = known.state(row)
    since = _moment(row, known.since, now) or default
    refuses = state is not State.ACTIVE
    # Without a date of its own, a no is as late as the file.
    left_at = min(_moment(row, known.left, now) or default + timedelta(days=1), now) if refuses else None
    language = row.get(known.language, "").casefold()[:2]
    return Arrival(
        row=number,
        email=email,
        address=address,
        name=clean_name(" ".join(row.get(name, "") for name in known.names))[:LONGEST_NAME],
        language=language if language in dict(settings.LANGUAGES) else work.language,
        state=state,
        since=since,
        created_at=since,
        left_at=left_at,
        confirmed_at=None if refuses else since,
    )


def _own(number: int, row: dict[str, str], default: datetime) -> Arrival:
    fields = SubscriberResource.fields
    # Files of before there were preferences lack some columns.
    cells = dict.fromkeys(COLUMNS, "") | {heading: restore(cell) for heading, cell in row.items()}
    address = _address(cells["email"])
    try:
        values = {name: column.clean(cells) for name, column in fields.items()}
        state = State(values["state"])
        if values["language"] not in dict(settings.LANGUAGES):
            raise ValueError(values["language"])
        form = Subscriber.Format(values["format"] or Subscriber.Format.HTML)
    except (ValueError, ValidationError, OverflowError, RecursionError) as error:
        raise Refused("bad_value") from error
    refuses = state not in (State.ACTIVE, State.PENDING)
    return Arrival(
        row=number,
        email=cells["email"],
        address=address,
        name=clean_name(values["name"])[:LONGEST_NAME],
        language=values["language"],
        state=state,
        since=values["confirmed_at"] or default,
        created_at=values["created_at"] or default,
        left_at=(values["left_at"] or default) if refuses else values["left_at"],
        confirmed_at=values["confirmed_at"] or (default if state is State.ACTIVE else None),
        chosen={
            "format": form,
            "topics": values["topics"],
            "paused_until": values["paused_until"] if state is State.ACTIVE else None,
        },
        history=values["consent_events"],
    )


def _address(email: str) -> str:
    if not email:
        raise Refused("no_address")
    if len(email) > LONGEST_ADDRESS:
        raise Refused("too_long")
    try:
        address = normalise(email)
    except ValidationError as error:
        raise Refused(
            "non_ascii_local_part" if error.code == "non_ascii_local_part" else "invalid"
        ) from error
    if len(address) > LONGEST_ADDRESS:
        raise Refused("too_long")
    return address


def _moment(row: dict[str, str], columns: tuple[str, ...], now: datetime) -> datetime | None:
    """Give the first date of these columns that can be read and has passed. Without a zone it is ours."""
    for text in filter(None, (row.get(column, "") for column in columns)):
        try:
            moment = parse_datetime(text)
            if moment is None and (day := parse_date(text)):
                moment = datetime.combine(day, datetime.min.time())
        except ValueError:
            continue
        if moment is not None and moment.year > 1990:
            moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
            if moment <= now:
                return moment
    return None


def _start_of(work: Import) -> datetime:
    return timezone.make_aware(datetime.combine(work.consent_date, datetime.min.time()))
