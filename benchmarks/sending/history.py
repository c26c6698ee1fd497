"""How the engine's statements do after years of mailings.

    python -m benchmarks.sending.history [--mailings 50] [--readers 1000000]

Fills the tables with past mailings, plans one more with the engine, and lets PostgreSQL explain, run and time
every statement that the engine and the page of a mailing send, as they send them.
"""

import argparse
import re
import time
from collections.abc import Callable
from contextlib import closing

import django
import psycopg

from . import BenchmarkError, environment

OWNER = "history"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mailings", type=int, default=50, metavar="N", help="that went out before")
    parser.add_argument("--readers", type=int, default=1_000_000, metavar="N", help="of each")
    options = parser.parse_args()
    with environment.prepared():
        django.setup()
        # Models are there only now.
        from .database import own_database

        with own_database():
            _measure(options.mailings, options.readers)


def _measure(mailings: int, readers: int) -> None:
    from django.db import connection

    from mailings.models import Delivery

    from .database import have_readers, publish
    from .measures import plan

    have_readers(readers)
    for number in range(1, mailings + 1):
        began = time.monotonic()
        _have_sent(publish().pk, readers)
        print(f"mailing {number}: {readers} deliveries in {time.monotonic() - began:.1f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")
    issue = publish()
    began = time.monotonic()
    mailing = plan(issue, issue.rendition)
    print(f"one more planned by the engine in {time.monotonic() - began:.1f} s", flush=True)
    with connection.cursor() as cursor:
        table = Delivery._meta.db_table
        cursor.execute(
            "SELECT pg_size_pretty(pg_table_size(%s)), pg_size_pretty(pg_indexes_size(%s))", [table, table]
        )
        size, indexes = cursor.fetchone()
        print(f"{(mailings + 1) * readers} deliveries: rows {size}, indexes {indexes}\n", flush=True)
    for title, act in _acts(mailing.pk).items():
        print(f"## {title}")
        for statement, plan_of_it in _explained(act):
            print(f"{statement}\n{plan_of_it}\n", flush=True)


def _have_sent(issue: int, readers: int) -> None:
    """Write a past mailing: one reader in a thousand refused it, the others got it."""
    from django.db import connection

    from mailings.models import Batch, Delivery, Mailing
    from subscribers.models import Subscriber

    mailing = Mailing.objects.create(
        issue_id=issue,
        state=Mailing.State.FINISHED,
        finished_at="2026-01-01T00:00:00Z",
        message=b"",
        planned=readers,
    )
    Batch.objects.bulk_create(
        Batch(mailing=mailing, number=number, size=500, cursor=500, handed_from=500, sent=500, state="done")
        for number in range(1, -(-readers // 500) + 1)
    )
    first = mailing.batches.order_by("number").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {Delivery._meta.db_table}
                (mailing_id, batch_id, position, subscriber_id, address, state, attempts, repeats, reply,
                    settled_at)
            SELECT %s, %s + (place - 1) / 500, (place - 1) %% 500 + 1, id, address,
                CASE WHEN place %% 1000 = 0 THEN 'refused' ELSE 'sent' END, 1, 0, '250 2.0.0 Ok',
                now()
            FROM (
                SELECT id, address, row_number() OVER (ORDER BY id) AS place
                FROM {Subscriber._meta.db_table}
            ) AS reader
            """,  # noqa: S608
            [mailing.pk, first],
        )


def _acts(mailing_pk: int) -> dict[str, Callable[[], object]]:
    """What the engine does, by name: each is the function that it calls."""
    from django.core.paginator import Paginator

    from mailings import claim, suppression
    from mailings.dispatch import dispatch
    from mailings.fence import fence_of
    from mailings.letters import Letter, open_batch
    from mailings.models import Mailing
    from mailings.replies import Answer, Outcome
    from mailings.settle import Ledger

    mailing = Mailing.objects.get(pk=mailing_pk)
    # One from the middle.
    batch = mailing.batches.get(number=1 + mailing.batches.count() // 2)
    letters: list[Letter] = []

    def read() -> None:
        letters.extend(open_batch(batch).letters)

    def pass_the_fence() -> None:
        fence = fence_of(batch, OWNER)
        fence.ask(letters[0].position, letters[0].position, letters[0].subscriber)
        if not fence.passed():
            raise BenchmarkError("the fence lets nobody pass")

    def accept_a_hundred() -> None:
        ledger = Ledger(batch)
        for letter in letters[:100]:
            ledger.note([letter], [Answer(Outcome.ACCEPTED, "250 2.0.0 Ok: queued as 4XyZ")])
        ledger.flush()

    def look_at_the_page() -> None:
        mailing.counts()
        list(Paginator(mailing.deliveries.to_look_at().order_by("-settled_at", "pk"), 200).get_page(1))

    def look_for_one() -> None:
        mailing.deliveries.get(address=letters[-1].recipient.email)

    return {
        "Hand out what waits": dispatch,
        "Claim a batch": lambda: claim.claim(batch.pk, OWNER),
        "Read a batch": read,
        "The fence, once a message": pass_the_fence,
        "Write a hundred acceptances": accept_a_hundred,
        "The page of a mailing": look_at_the_page,
        "Who got it? One address": look_for_one,
        "Whether a refused address gets no more": lambda: suppression.consider(letters[-1].subscriber),
        "Count it all, at the end": mailing.recount,
    }


def _explained(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Do it, and give each statement that took part, with its plan and times, as the server tells them."""
    from django.db import connection

    told: list[str] = []

    def listen(notice: psycopg.errors.Diagnostic) -> None:
        told.append(notice.message_primary or "")

    connection.ensure_connection()
    connection.connection.add_notice_handler(listen)
    with closing(connection.cursor()) as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name, value in {
            "auto_explain.log_min_duration": "0",
            "auto_explain.log_analyze": "on",
            "auto_explain.log_buffers": "on",
            "client_min_messages": "log",
        }.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
        told.clear()
        try:
            act()
        finally:
            connection.connection.remove_notice_handler(listen)
            cursor.execute("SELECT set_config('auto_explain.log_min_duration', '-1', false)")
    found = []
    for notice in told:
        duration, _plan, rest = notice.partition("plan:\nQuery Text:")
        # A plan begins where a line tells its cost.
        begin = re.search(r"^.*\(cost=", rest, re.MULTILINE)
        if begin and "set_config" not in rest[: begin.start()]:
            statement = " ".join(rest[: begin.start()].split())
            if len(statement) > 300:
                statement = statement[:300] + " …"
            found.append((f"[{duration.strip()}] {statement}", rest[begin.start() :].rstrip()))
    return found


if __name__ == "__main__":
    main()
