"""The registry of checks, in the manner of `issues.checks`.

A check is a function that looks at one thing and yields findings. It is registered with the ids that it may
give; the part before the dot is its theme. Each theme has two more, given by the runner: `.not-asked`
(nobody answered) and `.crashed` (the check itself failed).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext_lazy as _

# In the order of the report.
THEMES = {
    "settings": _("Settings"),
    "database": _("Database"),
    "broker": _("Broker"),
    "workers": _("Worker and scheduler"),
    "mail": _("Mail"),
    "sender": _("Sender domain (DNS)"),
    "own-mail": _("A mail of ours, looked at"),
    "files": _("Files"),
    "clock": _("Clock"),
    "site": _("Site and TLS"),
    "versions": _("Versions"),
}


class Level(enum.StrEnum):
    """How bad it is, the worst last."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing seen, in one line, and what to do about it: nothing, where all is well."""

    id: str
    level: Level
    seen: str
    todo: str = ""

    @property
    def theme(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Examination:
    """What the operator wants looked at, beside the settings."""

    # DKIM's `s=`; empty where it is not known.
    dkim_selector: str = ""
    # Who gets the test mail; empty: no mail is sent.
    mail_to: str = ""
    # A mail of ours as its recipient saved it.
    saved_mail: bytes | None = None
    # Whom to ask instead of this machine's name servers: address and port.
    name_server: tuple[str, int] | None = None


class CouldNotAsk(Exception):
    """Somebody did not answer, or the way to them is closed; the text says who and why, for people."""


Check = Callable[[Examination], Iterable[Finding]]

_checks: dict[Check, tuple[str, ...]] = {}


def register(*ids: str) -> Callable[[Check], Check]:
    """Register a check with the ids of all findings it may give. Raises ValueError if one is no theme's."""

    def add(check: Check) -> Check:
        for id in ids:
            if id.partition(".")[0] not in THEMES:
                raise ValueError(f"{id} belongs to no theme")
        _checks[check] = ids
        return check

    return add


def checks(themes: Iterable[str] = THEMES) -> list[tuple[Check, tuple[str, ...]]]:
    """Give the checks of some themes with their ids, in the order of the report."""
    order = list(THEMES)
    chosen = [(check, ids) for check, ids in _checks.items() if theme_of(ids) in set(themes)]
    return sorted(chosen, key=lambda entry: order.index(theme_of(entry[1])))


def theme_of(ids: tuple[str, ...]) -> str:
    return ids[0].partition(".")[0]


def registered_ids() -> set[str]:
    """Give every id that a finding may have."""
    own = {f"{theme}.{word}" for theme in THEMES for word in ("not-asked", "crashed")}
    return own.union(chain.from_iterable(_checks.values()))


def ok(id: str, seen: str) -> Finding:
    return Finding(id, Level.OK, seen)


def info(id: str, seen: str, todo: str = "") -> Finding:
    return Finding(id, Level.INFO, seen, todo)


def warning(id: str, seen: str, todo: str) -> Finding:
    return Finding(id, Level.WARNING, seen, todo)


def error(id: str, seen: str, todo: str) -> Finding:
    return Finding(id, Level.ERROR, seen, todo)
