"""A mailing to many, and the waiting for its end."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from mailings.models import Mailing
from mailings.plan import announce
from subscribers.models import Subscriber
from tests.factories import IssueFactory
from tests.mailings.conftest import publish
from tests.processes import a_process, wait_until


def publish_to(readers: int) -> Mailing:
    """Publish an issue to so many new readers, and to those there were."""
    subscribe(readers)
    return publish(IssueFactory())


def subscribe(readers: int) -> None:
    first = Subscriber.objects.count()
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"lectrice{n}@example.org",
            address=f"lectrice{n}@example.org",
            state="active",
            confirmed_at="2026-01-01T00:00:00Z",
        )
        for n in range(first, first + readers)
    )


def is_finished(mailing: Mailing) -> bool:
    return Mailing.objects.filter(pk=mailing.pk, state="finished").exists()


def wait_for_the_end(
    mailing: Mailing, seconds: float, *, beat: bool = True, meanwhile: Callable[[Mailing], None] | None = None
) -> None:
    """Wait until a mailing is finished; unless a scheduler runs, do twice a second what it does."""

    def look() -> bool:
        if meanwhile:
            meanwhile(mailing)
        if beat:
            announce()
        return is_finished(mailing)

    try:
        wait_until(look, seconds, "the mailing is finished", pause=0.5 if beat else 0.1)
    except AssertionError as error:
        error.add_note("\n".join(["What is left:", *_what_is_left(mailing)]))
        raise


def _what_is_left(mailing: Mailing) -> Iterator[str]:
    yield str(Mailing.objects.filter(pk=mailing.pk).values("state", "reason", "planned", "give_up_at").get())
    for batch in mailing.batches.exclude(state="done").values():
        yield str(batch)
    yield str(list(mailing.deliveries.values_list("batch", "state").annotate(n=Count("pk"))))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid, state, wait_event_type, wait_event, now() - state_change, pg_blocking_pids(pid),"
                " query FROM pg_stat_activity WHERE datname = current_database()"
            )
            yield from map(str, cursor)


def let_time_pass(mailing: Mailing) -> None:
    """Bring what waits for a later attempt to now: a test does not wait for the minutes of a backoff."""
    mailing.deliveries.deferred().update(next_attempt_at=Now())
    mailing.batches.update(not_before=None)


def let_announcements_be_lost(mailing: Mailing) -> None:
    """Take what was announced to a dead worker for lost, as the dispatcher does after a minute."""
    mailing.batches.update(announced_at=None)


def a_scheduler(schedule: Path, **more: str) -> AbstractContextManager[object]:
    """Run a beat that keeps its schedule in a file, and looks for waiting mailings twice a second."""
    options = ["beat", "--pidfile", "", "--schedule", str(schedule)]
    return a_process("celery", "-A", "tests.faults.saboteur", *options, VEILLE_SABOTAGE_BEAT="0.5", **more)
