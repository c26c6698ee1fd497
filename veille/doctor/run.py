"""All checks at once, each in a thread of its own, and never longer than they may take."""

import threading
import time
from collections.abc import Iterable
from dataclasses import replace

from django.db import DatabaseError, connection, connections
from django.utils import translation
from django.utils.translation import gettext as _

from .discretion import discreet
from .net import SECONDS as SECONDS_A_QUESTION
from .registry import THEMES, Check, CouldNotAsk, Examination, Finding, checks, error, theme_of, warning

SECONDS = 25.0


def examine(
    examination: Examination, *, themes: Iterable[str] = THEMES, seconds: float = SECONDS
) -> list[Finding]:
    """Run the checks of some themes, in the language in force; give what they found, in their order.

    What takes longer than so many seconds in all is left behind, and said. No secret and no person's
    address is in the findings.
    """
    visits = [_Visit(check, ids, examination) for check, ids in checks(themes)]
    end = time.monotonic() + seconds
    for visit in visits:
        visit.start()
    for visit in visits:
        visit.join(max(0.0, end - time.monotonic()))
    findings = [finding for visit in visits for finding in visit.results()]
    # Several checks of a theme may have missed the same answer.
    return list(dict.fromkeys(map(_discreet, findings)))


def _discreet(finding: Finding) -> Finding:
    return replace(finding, seen=discreet(finding.seen), todo=discreet(finding.todo))


class _Visit(threading.Thread):
    """One check at work. A daemon: what hangs does not keep the process."""

    def __init__(self, check: Check, ids: tuple[str, ...], examination: Examination) -> None:
        super().__init__(daemon=True, name=check.__name__)
        self._check, self._ids, self._examination = check, ids, examination
        self._theme = theme_of(ids)
        self._language = translation.get_language() or "en"
        self._findings: list[Finding] = []
        self._done = threading.Event()

    def run(self) -> None:
        with translation.override(self._language):
            _lose_patience()
            try:
                for finding in self._check(self._examination):
                    if finding.id not in self._ids:
                        raise ValueError(f"{self.name} is not registered with {finding.id}")
                    self._findings.append(finding)
            except CouldNotAsk as reason:
                self._findings.append(self._not_asked(str(reason)))
            except DatabaseError:
                self._findings.append(
                    self._not_asked(_("the database, which does not answer or was not migrated"))
                )
            # Whatever it is: the other checks have something to say.
            except Exception as failure:
                self._findings.append(self._crashed(failure))
            finally:
                self._done.set()
                connections.close_all()

    def results(self) -> list[Finding]:
        found = list(self._findings)
        if not self._done.is_set():
            reason = _("“%(check)s” had no answer in the time it has") % {"check": self.name}
            found.append(self._not_asked(reason))
        return found

    def _not_asked(self, reason: str) -> Finding:
        return warning(
            f"{self._theme}.not-asked",
            _("Could not be asked from here: %(reason)s.") % {"reason": reason.rstrip(". ")},
            _("Look whether this machine reaches the network, or run the doctor where the workers run."),
        )

    def _crashed(self, failure: Exception) -> Finding:
        return error(
            f"{self._theme}.crashed",
            _("The check “%(check)s” failed itself: %(failure)s")
            % {"check": self.name, "failure": one_line(failure)},
            _("If the cause is not plain from this, report it with the version of Veille."),
        )


def _lose_patience() -> None:
    """Let this thread's own connection to the database wait no longer than other questions do."""
    if connection.vendor == "postgresql":
        options = {**connection.settings_dict["OPTIONS"], "connect_timeout": int(SECONDS_A_QUESTION)}
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}


def one_line(failure: BaseException) -> str:
    """Give what an exception says, in one line that is not too long."""
    text = " ".join(str(failure).split())
    return f"{type(failure).__name__}: {text[:200]}" if text else type(failure).__name__
