"""The workers and the scheduler: they live, and mailings go on."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from mailings.models import Mailing
from veille.celery import app
from veille.heartbeat import SILENT_AFTER, silence_of

from .broker import BrokerAway, connected
from .net import within
from .registry import CouldNotAsk, Examination, Finding, error, ok, register, warning

PING_SECONDS = 2.0

_START_WORKER = "celery -A veille worker"
_START_BEAT = "celery -A veille beat"


@register(
    "workers.worker",
    "workers.worker-silent",
    "workers.worker-unknown",
    "workers.beat",
    "workers.beat-silent",
)
def heartbeats(examination: Examination) -> Iterator[Finding]:
    """The scheduler handed out a task, and a worker took one, a moment ago."""
    beat, worker = silence_of("beat"), silence_of("worker")
    beat_lives = _is_fresh(beat)
    if _is_fresh(worker):
        yield ok("workers.worker", _("A worker took a task %(ago)s ago.") % {"ago": _ago(worker)})
    elif beat_lives:
        yield error(
            "workers.worker-silent",
            _("Tasks are handed out and no worker takes them. Last taken: %(when)s.")
            % {"when": _when(worker)},
            _("Start a worker (%(command)s), or restart the one that runs: nothing is sent without.")
            % {"command": _START_WORKER},
        )
    else:
        yield warning(
            "workers.worker-unknown",
            _("No worker took a task lately, as none was handed out. Last taken: %(when)s.")
            % {"when": _when(worker)},
            _("Start the scheduler and a worker, and look again after a minute."),
        )
    if beat_lives:
        yield ok("workers.beat", _("The scheduler handed out a task %(ago)s ago.") % {"ago": _ago(beat)})
    else:
        yield error(
            "workers.beat-silent",
            _("The scheduler hands out no tasks. Last handed out: %(when)s.") % {"when": _when(beat)},
            _("Start it, once (%(command)s); if it runs, look whether it reaches broker and database.")
            % {"command": _START_BEAT},
        )


@register("workers.ping", "workers.no-ping")
def ping(examination: Examination) -> Iterator[Finding]:
    """Workers answer, where the broker can carry the question."""
    try:
        with connected() as connection:
            if connection.transport.driver_type == "filesystem":
                return
            inspect = app.control.inspect(timeout=PING_SECONDS, connection=connection)
            answers = within(3 * PING_SECONDS, inspect.active_queues) or {}
    except (BrokerAway, OSError, KombuError):
        raise CouldNotAsk(_("the workers, as the broker does not answer")) from None
    # Others may have theirs on the same broker.
    ours = [queues for queues in answers.values() if _is_ours(queues)]
    if ours:
        yield ok("workers.ping", _("Workers that answer: %(number)d.") % {"number": len(ours)})
    else:
        yield error(
            "workers.no-ping",
            _("No worker that listens to our queue answers."),
            _("Start one: %(command)s") % {"command": _START_WORKER},
        )


@register("workers.stalled", "workers.paused", "workers.no-stall")
def mailings(examination: Examination) -> Iterator[Finding]:
    """No mailing waits for a worker, or for a person."""
    stalled = Mailing.objects.stalled().count()
    paused = Mailing.objects.filter(state=Mailing.State.PAUSED).exclude(reason="").count()
    if stalled:
        yield error(
            "workers.stalled",
            _("Mailings that wait and are not taken up: %(number)d.") % {"number": stalled},
            _("Restart the workers; what waits goes out then."),
        )
    if paused:
        yield warning(
            "workers.paused",
            _("Mailings that paused by themselves: %(number)d.") % {"number": paused},
            _("Their pages on the desk say why. Resume them there when that is mended."),
        )
    if not stalled and not paused:
        yield ok("workers.no-stall", _("No mailing is stuck."))


def _is_ours(queues: Iterable[Any]) -> bool:
    return settings.CELERY_TASK_DEFAULT_QUEUE in {queue["name"] for queue in queues}


def _is_fresh(silence: timedelta | None) -> bool:
    return silence is not None and silence < SILENT_AFTER


def _ago(silence: timedelta | None) -> str:
    seconds = round(silence.total_seconds()) if silence else 0
    if seconds < 120:
        return _("%(number)d s") % {"number": seconds}
    if seconds < 7200:
        return _("%(number)d min") % {"number": seconds // 60}
    return _("%(number)d h") % {"number": seconds // 3600}


def _when(silence: timedelta | None) -> str:
    return _("never") if silence is None else _("%(ago)s ago") % {"ago": _ago(silence)}
