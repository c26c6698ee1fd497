"""How far a mailing is, said to a person, in the language of who looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from veille.numbers import grouped

from .models import Delivery, Destination, Mailing
from .progress import Progress

# In the order of the bar: done first, then what to look at, then what waits.
BAR = [
    Delivery.State.SENT,
    Delivery.State.SKIPPED,
    Delivery.State.REFUSED,
    Delivery.State.EXPIRED,
    Delivery.State.UNCERTAIN,
    Delivery.State.DEFERRED,
    Delivery.State.PLANNED,
]
BAR_WIDTH = 1000
# Three uncertain of a million are to be seen too.
NARROWEST = 4


def figures(progress: Progress) -> dict[str, Any]:
    """What the page of a mailing shows, and follows: numbers, and the words for them."""
    return {
        "state": progress.mailing.state,
        "live": progress.is_live,
        "planned": progress.planned,
        "settled": progress.settled,
        "percent": progress.percent,
        "rate": None if progress.rate is None else round(progress.rate),
        "seconds_left": None if progress.left is None else round(progress.left.total_seconds()),
        "counts": progress.counts,
        "words": words(progress),
        "resting": resting(progress),
        "bar": bar(progress),
    }


def words(progress: Progress) -> dict[str, str]:
    """Everything that is said of a mailing's progress; empty where there is nothing to say."""
    said = {
        "state": progress.mailing.get_state_display(),
        "percent": _("%(percent)s%%") % {"percent": progress.percent},
        "share": share(progress),
        "pace": pace(progress),
        "left": time_left(progress),
        "ended": ended(progress),
        "paused": paused(progress),
        "later": later(progress),
        "shelved": shelved(progress),
        "reason": progress.mailing.reason,
    }
    return said | {f"count_{state}": grouped(count) for state, count in progress.counts.items()}


def share(progress: Progress) -> str:
    """How many are done with, of how many; in the end, how many it was sent to."""
    values = {
        "settled": grouped(progress.settled),
        "sent": grouped(progress.counts[Delivery.State.SENT]),
        "planned": grouped(progress.planned),
    }
    if progress.is_live:
        text = ngettext(
            "%(settled)s of %(planned)s recipient done",
            "%(settled)s of %(planned)s recipients done",
            progress.planned,
        )
    else:
        text = ngettext(
            "sent to %(sent)s of %(planned)s recipient",
            "sent to %(sent)s of %(planned)s recipients",
            progress.planned,
        )
    return text % values


def pace(progress: Progress) -> str:
    """How fast it goes."""
    if progress.mailing.state != Mailing.State.SENDING or not progress.waiting:
        return ""
    if progress.mailing.started_at is None:
        return _("Waits for a worker.")
    if progress.rate is None:
        return _("Beginning…")
    if progress.rate < 0.5:
        return _("Nothing has gone out for a minute.")
    rate = round(progress.rate)
    return ngettext("%(n)s message a minute", "%(n)s messages a minute", rate) % {"n": grouped(rate)}


def time_left(progress: Progress) -> str:
    """How long it will take, and until when."""
    if progress.left is None:
        return ""
    return _("%(duration)s left, done at about %(time)s") % {
        "duration": duration(progress.left),
        "time": clock(timezone.now() + progress.left),
    }


def ended(progress: Progress) -> str:
    """When it was finished, and how long it took."""
    mailing = progress.mailing
    if mailing.state != Mailing.State.FINISHED or not (mailing.started_at and mailing.finished_at):
        return ""
    return _("finished at %(time)s, after %(duration)s") % {
        "time": clock(mailing.finished_at),
        "duration": duration(mailing.finished_at - mailing.started_at),
    }


def paused(progress: Progress) -> str:
    """Since when it is paused, and by whom."""
    if progress.paused is None:
        return ""
    return _("paused since %(time)s (%(who)s)") % {
        "time": clock(progress.paused.created_at),
        "who": progress.paused.who,
    }


def later(progress: Progress) -> str:
    """How many wait for another attempt, and for when the next one is set."""
    if not progress.deferred or progress.next_attempt_at is None:
        return ""
    values = {"n": grouped(progress.deferred), "time": clock(progress.next_attempt_at)}
    if progress.next_attempt_at <= timezone.now():
        return (
            ngettext("%(n)s to be tried again now", "%(n)s to be tried again now", progress.deferred) % values
        )
    return (
        ngettext(
            "%(n)s to be tried again at %(time)s",
            "%(n)s to be tried again, the next at %(time)s",
            progress.deferred,
        )
        % values
    )


def shelved(progress: Progress) -> str:
    """How many batches were put aside, and what to do about it."""
    if not progress.shelved:
        return ""
    return ngettext(
        "%(n)s batch stopped its worker again and again, and was put aside. Resuming tries it again.",
        "%(n)s batches stopped their workers again and again, and were put aside. Resuming tries them again.",
        progress.shelved,
    ) % {"n": grouped(progress.shelved)}


def resting(progress: Progress) -> list[str]:
    """The destinations that are left alone for a while, in their own words."""
    if not progress.is_live:
        return []
    said = [_resting(destination) for destination in progress.resting]
    if more := progress.resting_count - len(said):
        said.append(ngettext("%(n)s more", "%(n)s more", more) % {"n": grouped(more)})
    return said


def bar(progress: Progress) -> list[dict[str, Any]]:
    """The parts of the bar, whole numbers out of `BAR_WIDTH`; one for each state, even if empty."""
    widths = {
        state: max(NARROWEST, BAR_WIDTH * progress.counts[state] // progress.planned)
        if progress.counts[state]
        else 0
        for state in BAR
    }
    # What is too much or too little is not seen in the widest.
    widest = max(widths, key=lambda state: widths[state])
    if widths[widest]:
        widths[widest] += BAR_WIDTH - sum(widths.values())
    parts, start = [], 0
    for state in BAR:
        parts.append({"state": state, "start": start, "width": widths[state]})
        start += widths[state]
    return parts


def clock(moment: datetime) -> str:
    """The time of day; with its date, if that is not today."""
    there = timezone.localtime(moment)
    today = there.date() == timezone.localdate()
    return date_format(there, "TIME_FORMAT" if today else "SHORT_DATETIME_FORMAT")


def duration(time: timedelta) -> str:
    """About how long, as people say it."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("about %(hours)s h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    days = round(hours / 24)
    return ngettext("about %(n)s day", "about %(n)s days", days) % {"n": days}


def _resting(destination: Destination) -> str:
    values = {"name": destination.name, "time": clock(destination.closed_until or timezone.now())}
    said = _("%(name)s is left alone until %(time)s") % values
    return f"{said} — {destination.reply}" if destination.reply else said
