"""What the checks say of an issue, with what was acknowledged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from ..models import Acknowledgement, Issue
from .dossier import Dossier, dossiers
from .registry import CheckMessage, run_checks


@dataclass(frozen=True)
class Counts:
    """How many errors an issue has, and how many warnings that nobody has acknowledged yet."""

    errors: int
    warnings: int

    def __bool__(self) -> bool:
        return bool(self.errors or self.warnings)


@dataclass(frozen=True)
class Report:
    """The messages of one issue, and who acknowledged which, by fingerprint."""

    issue: Issue
    messages: list[CheckMessage]
    acknowledgements: dict[str, Acknowledgement]

    @property
    def errors(self) -> list[CheckMessage]:
        return [message for message in self.messages if message.is_error]

    @property
    def warnings(self) -> list[CheckMessage]:
        return [message for message in self.messages if message.is_warning]

    @property
    def open_warnings(self) -> list[CheckMessage]:
        """The warnings that nobody has acknowledged."""
        return [message for message in self.warnings if message.fingerprint not in self.acknowledgements]

    @property
    def infos(self) -> list[CheckMessage]:
        return [message for message in self.messages if not (message.is_error or message.is_warning)]

    @property
    def counts(self) -> Counts:
        return Counts(len(self.errors), len(self.open_warnings))

    def objection(self) -> str:
        """Say why the issue cannot be approved: its errors, or the warnings that wait. Empty if it can."""
        if self.errors:
            return " ".join(message.message for message in self.errors)
        waiting = self.open_warnings
        if not waiting:
            return ""
        intro = ngettext(
            "%(count)d warning waits for somebody to acknowledge it:",
            "%(count)d warnings wait for somebody to acknowledge them:",
            len(waiting),
        ) % {"count": len(waiting)}
        return " ".join([intro, *(message.message for message in waiting)])


def report(issue: Issue) -> Report:
    """Run every check on one issue."""
    return reports([issue])[issue.pk]


def reports(issues: Iterable[Issue]) -> dict[int, Report]:
    """Run every check on some issues; by primary key. As many queries for a hundred as for one."""
    issues = list(issues)
    acknowledged: dict[int, dict[str, Acknowledgement]] = defaultdict(dict)
    for note in Acknowledgement.objects.filter(issue__in=issues).select_related("by"):
        acknowledged[note.issue_id][note.fingerprint] = note
    return {
        dossier.issue.pk: Report(dossier.issue, _in_order(dossier), acknowledged[dossier.issue.pk])
        for dossier in dossiers(issues)
    }


def count(issues: Iterable[Issue]) -> dict[int, Counts]:
    """Give for a board how many errors and open warnings each issue has; by primary key."""
    return {pk: found.counts for pk, found in reports(issues).items()}


def _in_order(dossier: Dossier) -> list[CheckMessage]:
    """Give each message once, those of the issue first, then section by section."""
    kept: dict[str, CheckMessage] = {}
    for message in run_checks(dossier):
        kept.setdefault(message.fingerprint, message)
    places = [dossier.issue, *dossier.sections]
    return sorted(kept.values(), key=lambda message: places.index(message.obj))
