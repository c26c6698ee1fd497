"""Look at mailings, and control them, from the terminal."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from mailings import control
from mailings.models import Delivery, Mailing
from mailings.progress import Progress, progress_of
from mailings.words import (
    ended,
    later,
    pace,
    paused,
    resting,
    share,
    shelved,
    time_left,
)
from veille.numbers import grouped

LOOK_EVERY_SECONDS = 2.0
BAR = "{desc} {percentage:3.0f} % |{bar}| {n_fmt}/{total_fmt}{postfix}"


class Command(BaseCommand):
    help = "Show how far mailings are; pause, resume, cancel or limit one; send again to who did not get it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        status = actions.add_parser("status", help="show how far it is; without a number, all under way")
        status.add_argument("issue", type=int, nargs="?", help="the number of the issue")
        status.add_argument("--follow", action="store_true", help="follow it until it ends (Ctrl-C leaves)")
        status.add_argument(
            "--every", type=float, default=LOOK_EVERY_SECONDS, metavar="SECONDS", help="how often to look"
        )
        for action, text in {
            "pause": "stop before the next message",
            "resume": "go on where it stopped",
            "cancel": "stop for good",
            "limit": "set how many messages a minute go out at the most",
            "retry": "send again to those given up and to the uncertain",
        }.items():
            parser_of_action = actions.add_parser(action, help=text)
            parser_of_action.add_argument("issue", type=int, help="the number of the issue")
            if action == "limit":
                parser_of_action.add_argument("per_minute", help="messages a minute; 0: no limit")
            if action == "retry":
                whom = parser_of_action.add_mutually_exclusive_group()
                whom.add_argument("--missing", action="store_true", help="only to those given up")
                whom.add_argument(
                    "--uncertain", action="store_true", help="only to the uncertain: some may get it twice"
                )

    def handle(self, *args: Any, action: str, issue: int | None, **options: Any) -> None:
        if action == "status":
            self._status(issue, **options)
            return
        mailing = _mailing_of(issue)
        # Who has this terminal has everything.
        operator = get_user_model()(username="terminal", is_superuser=True)
        try:
            self._order(action, mailing, operator, **options)
        except control.ControlError as error:
            raise CommandError(str(error)) from None
        self._show(mailing)

    def _order(
        self,
        action: str,
        mailing: Mailing,
        by: Any,
        *,
        per_minute: str = "",
        missing: bool = False,
        uncertain: bool = False,
        **options: Any,
    ) -> None:
        if action == "limit":
            control.limit(mailing, per_minute, by=by)
        elif action == "retry":
            states = {Delivery.State.EXPIRED} if missing else {Delivery.State.UNCERTAIN}
            count = control.retry(
                mailing, by=by, states=states if missing or uncertain else control.RETRIABLE
            )
            self.stdout.write(
                ngettext(
                    "It is sent again to %(n)s recipient.", "It is sent again to %(n)s recipients.", count
                )
                % {"n": grouped(count)}
            )
        else:
            {"pause": control.pause, "resume": control.resume, "cancel": control.cancel}[action](
                mailing, by=by
            )

    def _status(self, issue: int | None, *, follow: bool, every: float, **options: Any) -> None:
        chosen = list(_mailings().with_work_left()) if issue is None else [_mailing_of(issue)]
        if not chosen:
            self.stdout.write(_("No mailing is under way."))
        for mailing in chosen:
            if follow:
                try:
                    self._follow(mailing, every)
                except KeyboardInterrupt:
                    self.stdout.write(_("You no longer look; the mailing goes its way."))
                    return
            self._show(mailing)

    def _show(self, mailing: Mailing) -> None:
        mailing.refresh_from_db()
        progress = progress_of(mailing)
        self.stdout.write(
            f"{mailing}: {mailing.get_state_display()}, "
            f"{progress.settled}/{progress.planned} ({progress.percent} %)"
        )
        labels = dict(Delivery.State.choices)
        for state, count in progress.counts.items():
            if count:
                self.stdout.write(f"  {labels[state]}: {grouped(count)}")
        for text in filter(
            None, [paused(progress), ended(progress), pace(progress), time_left(progress), later(progress)]
        ):
            self.stdout.write(f"  {text}")
        for text in filter(None, [mailing.reason, shelved(progress), *resting(progress)]):
            self.stdout.write(self.style.WARNING(f"  {text}"))

    def _follow(self, mailing: Mailing, every: float) -> None:
        """Show how far it is until it ends: a bar on a terminal, a line for each change elsewhere."""
        line = reason = ""
        with tqdm(
            total=mailing.planned,
            desc=str(mailing),
            bar_format=BAR,
            dynamic_ncols=True,
            # The command's own stream would end each piece as a line.
            file=sys.stdout,
            disable=not self.stdout.isatty(),
        ) as bar:
            while True:
                progress = self._look(mailing)
                outlook = " · ".join(filter(None, [_state(progress), pace(progress), time_left(progress)]))
                bar.n = progress.settled
                bar.set_postfix_str(outlook)
                if bar.disable and line != (line := f"{mailing}: {share(progress)} · {outlook}"):
                    self.stdout.write(line)
                if reason != (reason := mailing.reason) and reason:
                    with bar.external_write_mode(file=sys.stdout):
                        self.stdout.write(self.style.WARNING(reason))
                self.stdout.flush()
                if not progress.is_live:
                    return
                time.sleep(every)

    def _look(self, mailing: Mailing) -> Progress:
        """Look until the database answers: it may be away for a moment while one follows."""
        while True:
            try:
                mailing.refresh_from_db()
                return progress_of(mailing)
            except (OperationalError, InterfaceError):
                connection.close()
                self.stderr.write(_("The database does not answer. It is asked again."))
                time.sleep(LOOK_EVERY_SECONDS)


def _mailings() -> Any:
    return Mailing.objects.select_related("issue").without_bytes().order_by("pk")


def _mailing_of(issue: int | None) -> Mailing:
    mailing: Mailing | None = _mailings().filter(issue__number=issue).first()
    if mailing is None:
        raise CommandError(_("Issue %(number)s has no mailing.") % {"number": issue})
    return mailing


def _state(progress: Progress) -> str:
    """The state, where it is not simply under way."""
    return "" if progress.mailing.state == Mailing.State.SENDING else progress.mailing.get_state_display()
