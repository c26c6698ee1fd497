"""SPF (RFC 7208): which servers may send for the domain of the envelope."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..registry import Examination, Finding, error, info, ok, register, warning
from .domains import envelope_domain
from .names import Names

# RFC 7208, 4.6.4.
MOST_LOOKUPS = 10
_MECHANISM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:[:/].*)?", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][\w.-]*)=(.*)", re.IGNORECASE)
_ASKS = {"include", "a", "mx", "ptr", "exists"}


@dataclass
class Reading:
    """A record and all that it includes, read through."""

    lookups: int = 0
    # Terms that are none, and included domains without a record: all of it is void (permerror).
    faults: list[str] = field(default_factory=list)
    mechanisms: set[str] = field(default_factory=set)
    # What becomes of all the others: a qualifier of `all`, or empty where it is not said.
    others: str = ""
    redirects: bool = False


def records(names: Names, domain: str) -> list[str]:
    """Give the SPF records of a domain."""
    found = (text.strip() for text in names.texts(domain))
    return [text for text in found if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def read(names: Names, record: str) -> Reading:
    """Read a record through all that it includes. Stops once it asks for far too much."""
    reading = Reading()
    _read(names, record, reading, included=False)
    return reading


def _read(names: Names, record: str, reading: Reading, *, included: bool) -> None:
    redirect, ends = "", False
    for term in record.split()[1:]:
        if mechanism := _MECHANISM.fullmatch(term):
            name = mechanism[2].lower()
            if name == "all":
                ends = True
                reading.others = reading.others if included else mechanism[1] or "+"
            elif not included:
                reading.mechanisms.add(name)
            if name in _ASKS:
                reading.lookups += 1
            if name == "include":
                _follow(names, term.partition(":")[2], reading, included=True)
        elif modifier := _MODIFIER.fullmatch(term):
            redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
        else:
            reading.faults.append(term)
    # It counts only where nothing was said of all others (RFC 7208, 6.1).
    if redirect and not ends:
        reading.lookups += 1
        reading.redirects = True
        _follow(names, redirect, reading, included=included)


def _follow(names: Names, domain: str, reading: Reading, *, included: bool) -> None:
    # A macro depends on the mail.
    if "%" in domain or reading.lookups > 2 * MOST_LOOKUPS:
        return
    found = records(names, domain) if domain else []
    if len(found) == 1:
        _read(names, found[0], reading, included=included)
    else:
        reading.faults.append(domain or "include:")


@register(
    "sender.spf",
    "sender.spf-missing",
    "sender.spf-twice",
    "sender.spf-broken",
    "sender.spf-lookups",
    "sender.spf-nobody",
    "sender.spf-anybody",
    "sender.spf-open",
    "sender.spf-ptr",
)
def spf(examination: Examination) -> Iterator[Finding]:
    """One record, that can be read, and names who sends."""
    domain = envelope_domain()
    if not domain:
        return
    names = Names(examination)
    found = records(names, domain)
    if len(found) != 1:
        yield _not_one(domain, len(found))
        return
    reading = read(names, found[0])
    faults = list(_faults(domain, reading))
    yield from faults or [
        ok(
            "sender.spf",
            _("SPF of %(domain)s: one record, %(number)d lookups of 10.")
            % {"domain": domain, "number": reading.lookups},
        )
    ]
    if "ptr" in reading.mechanisms:
        yield info(
            "sender.spf-ptr",
            _("SPF of %(domain)s uses ptr, which receivers may pass over.") % {"domain": domain},
            _("Name the servers by ip4, ip6, a or include instead (RFC 7208, 5.5)."),
        )


def _not_one(domain: str, number: int) -> Finding:
    if number:
        return error(
            "sender.spf-twice",
            _("%(domain)s has %(number)d SPF records: none counts.") % {"domain": domain, "number": number},
            _("Join them into one TXT record."),
        )
    return error(
        "sender.spf-missing",
        _("%(domain)s has no SPF record: Gmail, Outlook and Orange refuse its mails.") % {"domain": domain},
        _("Publish TXT “v=spf1 include:… -all” with what your mail server or provider asks for."),
    )


def _faults(domain: str, reading: Reading) -> Iterator[Finding]:
    if reading.faults:
        yield error(
            "sender.spf-broken",
            _("SPF of %(domain)s cannot be read through: %(faults)s.")
            % {"domain": domain, "faults": ", ".join(reading.faults[:3])},
            _("Correct these terms; an included domain needs one SPF record of its own."),
        )
    if reading.lookups > MOST_LOOKUPS:
        yield error(
            "sender.spf-lookups",
            _("SPF of %(domain)s asks for %(number)d lookups; after 10 it counts for nothing.")
            % {"domain": domain, "number": reading.lookups},
            _("Take out what no longer sends, or name servers by ip4 and ip6."),
        )
    if not reading.mechanisms and not reading.redirects and reading.others != "+":
        yield error(
            "sender.spf-nobody",
            _("SPF of %(domain)s says that nobody may send.") % {"domain": domain},
            _("Add the mail server: a, mx, ip4:… or include:…"),
        )
    if reading.others == "+":
        yield error(
            "sender.spf-anybody",
            _("SPF of %(domain)s lets anybody send (+all).") % {"domain": domain},
            _("End it with -all or ~all."),
        )
    elif reading.others in ("", "?"):
        yield warning(
            "sender.spf-open",
            _("SPF of %(domain)s says nothing of other servers.") % {"domain": domain},
            _("End it with -all or ~all."),
        )
