"""DMARC (RFC 9989, May 2026, in place of 7489): what is to become of mails that are not proved ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..registry import Examination, Finding, error, info, ok, register, warning
from .domains import from_domain
from .names import Names
from .tags import tags_of

POLICIES = ("none", "quarantine", "reject")
# Of RFC 7489, and in no use any more.
_GONE = ("pct", "rf", "ri")
# A walk asks eight times at the most (RFC 9989, 4.10).
_LABELS_AFTER_THE_FIRST = 7


class Record(NamedTuple):
    """A DMARC record and where it stands."""

    domain: str
    tags: dict[str, str]


def records_at(names: Names, domain: str) -> list[dict[str, str]]:
    found = (text for text in names.texts(f"_dmarc.{domain}") if _is_one(text))
    return [tags_of(text) for text in found]


def walk(names: Names, domain: str) -> list[Record]:
    """Give the records from a domain up to the root (the DNS Tree Walk of RFC 9989, 4.10)."""
    labels = domain.split(".")
    longest = min(len(labels) - 1, _LABELS_AFTER_THE_FIRST)
    records: list[Record] = []
    for count in (len(labels), *range(longest, 0, -1)):
        here = ".".join(labels[-count:])
        found = records_at(names, here)
        if len(found) == 1:
            records.append(Record(here, found[0]))
            if found[0].get("psd", "").lower() in ("y", "n"):
                break
    return records


def organization(domain: str, records: list[Record]) -> str:
    """Give the organizational domain by the records of a walk (RFC 9989, 4.10.2)."""
    for record in records:
        psd = record.tags.get("psd", "").lower()
        if psd == "n":
            return record.domain
        if psd == "y" and record.domain != domain:
            below = len(record.domain.split(".")) + 1
            return ".".join(domain.split(".")[-below:])
    return records[-1].domain if records else domain


def _is_one(text: str) -> bool:
    # The version comes first, and counts in its case.
    name, _equals, value = text.partition(";")[0].partition("=")
    return name.strip().lower() == "v" and value.strip() == "DMARC1"


@register(
    "sender.not-public",
    "sender.dmarc",
    "sender.dmarc-missing",
    "sender.dmarc-twice",
    "sender.dmarc-policy",
    "sender.dmarc-none",
    "sender.dmarc-testing",
    "sender.dmarc-unread",
    "sender.dmarc-gone",
)
def dmarc(examination: Examination) -> Iterator[Finding]:
    """There is one record, with a policy, and reports are read."""
    domain = from_domain()
    if not domain:
        yield warning(
            "sender.not-public",
            _("The sender’s domain is none of the Internet: no mailbox provider takes mails from it."),
            _("For more than a trial, set DEFAULT_FROM_EMAIL to an address of a domain of your own."),
        )
        return
    names = Names(examination)
    if len(records_at(names, domain)) > 1:
        yield error(
            "sender.dmarc-twice",
            _("_dmarc.%(domain)s has several DMARC records: none counts.") % {"domain": domain},
            _("Leave one TXT record there."),
        )
        return
    found = walk(names, domain)
    here = [record for record in found if record.domain == domain]
    above = [record for record in found if record.domain == organization(domain, found)]
    if not here and not above:
        yield error(
            "sender.dmarc-missing",
            _("%(domain)s has no DMARC record: Gmail, Yahoo, Outlook and Orange ask bulk senders for one.")
            % {"domain": domain},
            _("Publish TXT “v=DMARC1; p=none; rua=mailto:…” at _dmarc.%(domain)s.") % {"domain": domain},
        )
        return
    yield from _judge(domain, (here or above)[0])


def _judge(domain: str, record: Record) -> Iterator[Finding]:
    tags = record.tags
    policy = tags.get("p", "").lower()
    if record.domain != domain:
        policy = tags.get("sp", policy).lower()
    where = f"_dmarc.{record.domain}"
    if policy not in POLICIES:
        yield error(
            "sender.dmarc-policy",
            _("%(where)s names no policy (p=none, quarantine or reject).") % {"where": where},
            _("Write p=none right after v=DMARC1."),
        )
        return
    if policy == "none":
        yield info(
            "sender.dmarc-none",
            _("%(where)s: p=none, the least that is asked for.") % {"where": where},
            _("Go on to p=quarantine once the reports show that all your mails pass."),
        )
    else:
        yield ok("sender.dmarc", f"{where}: p={policy}")
    if tags.get("t", "").lower() == "y":
        yield info(
            "sender.dmarc-testing",
            _("%(where)s is on trial (t=y).") % {"where": where},
            _("Take t=y out when the reports are good."),
        )
    if not tags.get("rua"):
        yield info(
            "sender.dmarc-unread",
            _("%(where)s asks for no reports.") % {"where": where},
            _("Add rua=mailto:… : they alone tell who sends in your name, and what fails."),
        )
    if gone := [name for name in _GONE if name in tags]:
        yield info(
            "sender.dmarc-gone",
            _("%(where)s has %(names)s, which RFC 9989 took out.")
            % {"where": where, "names": ", ".join(gone)},
            _("Take it out; for a trial there is t=y."),
        )
