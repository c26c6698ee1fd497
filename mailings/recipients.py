"""Who got a mailing, and who did not: by state, or by address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscribers.addresses import normalise

from .models import Delivery, Mailing
from .words import grouped

# So many are listed by name at once.
LISTED = 50

# What each of them means, and what can be done about it; the gravest first.
MEANING: dict[str, Promise] = {
    Delivery.State.EXPIRED: _(
        "Tried for a day without success, then given up. The server’s words say why; sending again begins "
        "another day of attempts."
    ),
    Delivery.State.UNCERTAIN: _(
        "The connection broke after the whole mail was handed over: it arrived, or it did not, and nobody "
        "can tell. Whoever is sent to again may get it twice."
    ),
    Delivery.State.REFUSED: _(
        "Their server refused the address for good. They are not sent to again in this mailing."
    ),
    Delivery.State.DEFERRED: _("Their server put them off. They are tried again by themselves, for a day."),
    Delivery.State.SKIPPED: _(
        "They left the list or paused, or the mailing was cancelled, before their turn came."
    ),
}


@dataclass(frozen=True)
class Listing:
    """One of the states that people look at, with how many are in it."""

    state: str
    label: str
    count: int
    meaning: str

    @property
    def said(self) -> str:
        return grouped(self.count)


def listings(counts: dict[str, int]) -> list[Listing]:
    """The states to look at, those that nobody is in included: they may fill while one looks."""
    labels = dict(Delivery.State.choices)
    return [
        Listing(str(state), str(labels[state]), counts[state], str(meaning))
        for state, meaning in MEANING.items()
    ]


def chosen(listings: list[Listing], wanted: str | None) -> Listing | None:
    """The one asked for; else the gravest that somebody is in; None if all is well."""
    by_state = {listing.state: listing for listing in listings}
    if wanted in by_state:
        return by_state[wanted]
    return next((listing for listing in listings if listing.count), None)


def page_of(mailing: Mailing, listing: Listing, number: str | int | None) -> Page[Delivery]:
    """Those of one state, in the order in which they were planned."""
    paginator = _Counted(mailing.deliveries.filter(state=listing.state).order_by("pk"), listing.count)
    return paginator.get_page(number)


def page_numbers(page: Page[Delivery]) -> Iterator[int | str]:
    """The numbers to offer beside this one, with gaps."""
    return page.paginator.get_elided_page_range(page.number)


def find(mailing: Mailing, address: str) -> list[Delivery]:
    """The delivery to one address, if there is one, whatever became of it.

    Exact, in the form under which addresses are unique: one look into an index. Raises
    `ValidationError`, in the user's language, for what is no address.
    """
    return list(mailing.deliveries.filter(address=normalise(address.strip())))


class _Counted(Paginator):
    """A paginator that is told how many there are, since they were just counted."""

    def __init__(self, deliveries: QuerySet[Delivery], count: int) -> None:
        super().__init__(deliveries, LISTED)
        self.count = count
