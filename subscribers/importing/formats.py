"""The files people bring, known by their headings, and what a row of each says about its reader.

Names as the tools write them (their own sources and documentation); compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscribers.models import Subscriber

State = Subscriber.State
Row = Mapping[str, str]
FALSE = {"false", "f", "no", "n", "0", "non", ""}


def _subscribed(row: Row) -> State:
    return State.ACTIVE


def _listmonk(row: Row) -> State:
    # "disabled" gets no mail there either.
    return State.ACTIVE if row.get("status", "enabled").casefold() == "enabled" else State.UNSUBSCRIBED


def _substack(row: Row) -> State:
    return State.ACTIVE if row["email_disabled"].casefold() in FALSE else State.UNSUBSCRIBED


def _ghost(row: Row) -> State:
    gone = row.get("deleted_at") or row["subscribed_to_emails"].casefold() in FALSE
    return State.UNSUBSCRIBED if gone else State.ACTIVE


@dataclass(frozen=True)
class Format:
    """A kind of file. `needs` are headings that tell it; the others name where to find what.

    `asks` says that the state of its readers stands outside the file, and must be asked for; `note` says
    then what to look out for. A no that stands in the file itself counts in any case.
    """

    name: str
    label: str
    needs: frozenset[str]
    email: str = "email"
    names: tuple[str, ...] = ("name",)
    since: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    language: str = ""
    state: Callable[[Row], State] = field(default=_subscribed)
    asks: bool = False
    note: Promise | str = ""


# github.com/knadh/listmonk/issues/738 and 2855: exports say nothing of who left a list.
_LISTMONK_NOTE = _(
    "listmonk writes “enabled” for people who left the list too. Export those who are subscribed and those"
    " who are unsubscribed apart (in listmonk: Lists, a click on the number of each), and import both files."
)

OWN = Format(
    "veille",
    "Veille",
    frozenset(
        {"email", "name", "language", "state", "created_at", "confirmed_at", "left_at", "consent_history"}
    ),
)
OTHER = Format("other", "CSV", frozenset(), asks=True)
FORMATS = (
    OWN,
    Format(
        "mailchimp",
        "Mailchimp",
        frozenset({"email address", "member_rating", "optin_time", "leid", "euid"}),
        email="email address",
        names=("first name", "last name"),
        since=("confirm_time", "optin_time"),
        left=("unsub_time", "clean_time", "last_changed"),
        language="language",
        asks=True,
        note=_(
            "Mailchimp writes a file for each state. Import the three of them: those who said no are kept as"
            " such, and no later list brings them in."
        ),
    ),
    Format(
        "listmonk",
        "listmonk",
        frozenset({"uuid", "email", "name", "attributes", "status"}),
        since=("created_at",),
        left=("updated_at",),
        state=_listmonk,
        asks=True,
        note=_LISTMONK_NOTE,
    ),
    Format(
        "listmonk-import",
        "listmonk",
        frozenset({"email", "name", "attributes"}),
        asks=True,
        note=_LISTMONK_NOTE,
    ),
    Format(
        "substack",
        "Substack",
        frozenset({"email", "active_subscription", "expiry", "email_disabled", "created_at"}),
        names=(),
        since=("created_at",),
        state=_substack,
    ),
    Format(
        "substack-screen",
        "Substack",
        frozenset({"email", "name", "subscription type", "activity", "subscription date"}),
        since=("subscription date",),
    ),
    Format(
        "ghost",
        "Ghost",
        frozenset({"id", "email", "name", "subscribed_to_emails", "complimentary_plan", "labels"}),
        since=("created_at",),
        left=("deleted_at",),
        state=_ghost,
    ),
    Format(
        "curated",
        "Curated",
        frozenset({"email address", "subscribed at"}),
        email="email address",
        names=(),
        since=("subscribed at",),
    ),
)
BY_NAME = {known.name: known for known in (*FORMATS, OTHER)}


def recognise(headings: tuple[str, ...]) -> Format:
    """Give the first format all of whose headings are there; `OTHER` if none."""
    there = {heading.casefold() for heading in headings}
    return next((known for known in FORMATS if known.needs <= there), OTHER)


def guess_state(headings: tuple[str, ...], filename: str) -> State:
    """What a file seems to hold, to be confirmed by who brings it, where each state is a file."""
    there = {heading.casefold() for heading in headings}
    if "clean_time" in there or filename.casefold().startswith("cleaned"):
        return State.BOUNCED
    if "unsub_time" in there or filename.casefold().startswith("unsubscribed"):
        return State.UNSUBSCRIBED
    return State.ACTIVE
