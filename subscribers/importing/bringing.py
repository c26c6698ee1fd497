"""Bring readers in by the thousand, with their consent given elsewhere: `consent.join_confirmed` for files.

It keeps that function's promises. Nobody who said no is revived, here or under a suppression; whoever a
file says left or bounced is taken off the list, unless she confirmed here herself after that. Each change
has its line of evidence, which names the file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from subscribers.models import ConsentEvent, Subscriber, new_token
from subscribers.suppression import suppressed_among

from .arrivals import Arrival
from .records import Import

State, Kind = Subscriber.State, ConsentEvent.Kind


class Outcome(StrEnum):
    """What becomes of a reader of a file."""

    NEW = "new"
    NOTED = "noted"
    LEFT = "left"
    KNOWN = "known"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Known:
    """A reader who is here already, as far as a file is concerned."""

    pk: int
    state: str
    confirmed_here: bool


def judge(arrivals: Collection[Arrival], *, lock: bool = False) -> dict[str, Outcome]:
    """Say by address what becomes of each: the dry run, and the first half of `bring`.

    The addresses are different ones, some thousand at the most. Three queries. `lock` holds the rows
    of who is known until the transaction ends.
    """
    known = _known(arrivals, lock=lock)
    # After who is known: an erasure takes the one away and leaves the other in one transaction.
    suppressed = suppressed_among(arrival.address for arrival in arrivals)
    return {
        arrival.address: Outcome.SUPPRESSED
        if arrival.address in suppressed
        else _outcome(arrival, known.get(arrival.address))
        for arrival in arrivals
    }


def bring(
    arrivals: Collection[Arrival], work: Import, *, repeated: Collection[str] = ()
) -> dict[str, Outcome]:
    """Do what `judge` says, in the transaction of the caller, and give that. Idempotent.

    `repeated` are the addresses that stood in an earlier row of the file.
    """
    outcomes = judge(arrivals, lock=True)
    absent = [a for a in arrivals if outcomes[a.address] in (Outcome.NEW, Outcome.NOTED)]
    created = _create(absent, work)
    # Those who waited for a confirmation, and those whom somebody else wrote a moment ago: what this file
    # says of them counts as if they had always been here.
    present = [arrival for arrival in absent if arrival.address not in created]
    outcomes |= judge(present, lock=True)
    by_outcome: dict[Outcome, list[Arrival]] = {outcome: [] for outcome in Outcome}
    for arrival in arrivals:
        by_outcome[outcomes[arrival.address]].append(arrival)
    _confirm([a for a in by_outcome[Outcome.NEW] if a.address not in created], work)
    _take_off(by_outcome[Outcome.LEFT], work)
    _name([arrival for arrival in by_outcome[Outcome.KNOWN] if arrival.address in repeated], work)
    return outcomes


def _outcome(arrival: Arrival, known: Known | None) -> Outcome:
    if known is None:
        return Outcome.NOTED if arrival.refuses else Outcome.NEW
    if arrival.refuses:
        listening = known.state in (State.ACTIVE, State.PENDING)
        return Outcome.LEFT if listening and not known.confirmed_here else Outcome.KNOWN
    return Outcome.NEW if known.state == State.PENDING and arrival.state == State.ACTIVE else Outcome.KNOWN


def _known(arrivals: Collection[Arrival], *, lock: bool) -> dict[str, Known]:
    by_address = {arrival.address: arrival for arrival in arrivals}
    found = Subscriber.objects.filter(address__in=by_address).order_by("pk")
    if lock:
        found = found.select_for_update()
    rows = list(found.values_list("address", "pk", "state"))
    against = {pk: by_address[address] for address, pk, _state in rows if by_address[address].refuses}
    confirmed = (
        dict(
            ConsentEvent.objects.filter(subscriber__in=against, kind=Kind.CONFIRMED, imported_in=None)
            .order_by()
            .values_list("subscriber")
            .annotate(at=Max("at"))
        )
        if against
        else {}
    )
    return {
        address: Known(
            pk,
            state,
            pk in confirmed and confirmed[pk] > (against[pk].left_at or against[pk].since),
        )
        for address, pk, state in rows
    }


def _create(arrivals: list[Arrival], work: Import) -> set[str]:
    """Write readers that are not here, with their evidence; give the addresses that were written.

    In the order of addresses: two imports that bring the same readers wait for one another, once.
    """
    created = {
        arrival.address: Subscriber(
            email=arrival.email,
            address=arrival.address,
            name=arrival.name,
            language=arrival.language,
            state=arrival.state,
            token=new_token(),
            created_at=arrival.created_at,
            confirmed_at=arrival.confirmed_at,
            left_at=arrival.left_at,
            **arrival.chosen,
        )
        for arrival in sorted(arrivals, key=attrgetter("address"))
    }
    Subscriber.objects.bulk_create(created.values(), ignore_conflicts=True)
    tokens = {subscriber.token: address for address, subscriber in created.items()}
    # Those with another token signed up a moment ago, or were pending.
    ours = Subscriber.objects.filter(token__in=tokens).values_list("token", "pk")
    keys = {tokens[token]: pk for token, pk in ours}
    ConsentEvent.objects.bulk_create(
        event
        for arrival in arrivals
        if (pk := keys.get(arrival.address))
        for event in [*_history(pk, arrival, work), _evidence(pk, arrival, work)]
    )
    return set(keys)


def _confirm(arrivals: list[Arrival], work: Import) -> None:
    """Make pending readers active, who agreed elsewhere."""
    waiting = _keys(arrivals, [State.PENDING])
    Subscriber.objects.filter(pk__in=waiting.values()).update(
        state=State.ACTIVE, confirmed_at=timezone.now(), left_at=None
    )
    _note(arrivals, waiting, work)


def _take_off(arrivals: list[Arrival], work: Import) -> None:
    """Write down each no with its own date: a request to join that is newer stays open."""
    keys = _keys(arrivals, [State.ACTIVE, State.PENDING])
    Subscriber.objects.bulk_update(
        [
            Subscriber(pk=keys[arrival.address], state=arrival.state, left_at=arrival.left_at)
            for arrival in arrivals
        ],
        ["state", "left_at"],
    )
    _note(arrivals, keys, work)


def _name(arrivals: list[Arrival], work: Import) -> None:
    """Give readers whom an earlier row brought without a name the one that stands in a later row."""
    names = {arrival.address: arrival.name for arrival in arrivals if arrival.name}
    if not names:
        return
    ours = ConsentEvent.objects.filter(subscriber=OuterRef("pk"), imported_in=work)
    nameless = list(Subscriber.objects.filter(Exists(ours), address__in=names, name=""))
    for reader in nameless:
        reader.name = names[reader.address]
    Subscriber.objects.bulk_update(nameless, ["name"])


def _keys(arrivals: list[Arrival], states: list[Subscriber.State]) -> dict[str, int]:
    """The keys by address of those that are in one of these states."""
    found = Subscriber.objects.filter(address__in=[arrival.address for arrival in arrivals], state__in=states)
    return dict(found.values_list("address", "pk"))


def _note(arrivals: list[Arrival], keys: dict[str, int], work: Import) -> None:
    ConsentEvent.objects.bulk_create(
        _evidence(keys[arrival.address], arrival, work) for arrival in arrivals if arrival.address in keys
    )


def _history(pk: int, arrival: Arrival, work: Import) -> list[ConsentEvent]:
    """What one of our own files tells of the past: marked as told by a file."""
    return [ConsentEvent(subscriber_id=pk, imported_in=work, **event) for event in arrival.history]


def _evidence(pk: int, arrival: Arrival, work: Import) -> ConsentEvent:
    kinds = {State.BOUNCED: Kind.BOUNCED, State.UNSUBSCRIBED: Kind.LEFT, State.COMPLAINED: Kind.LEFT}
    return ConsentEvent(
        subscriber_id=pk,
        kind=kinds.get(arrival.state, Kind.BROUGHT),
        at=timezone.now(),
        language=arrival.language,
        page=f"{work.proof}, {work.filename}, {arrival.row}"[:500],
        by_id=work.by_id,
        imported_in=work,
    )
