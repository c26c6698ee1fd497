"""Two lists at the same moment, of the same readers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from subscribers.importing import bringing, steps
from subscribers.models import ConsentEvent, Import, Subscriber

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "uuid,email,name,attributes,status,created_at,updated_at\n"


def at_once(desk, monkeypatch, *contents):
    """Check the lists, then import them at the same moment; give the imports."""
    tasks = [desk.check(content) for content in contents]
    together = Barrier(len(tasks), timeout=20)
    real = bringing._create

    def create(arrivals, task):
        # Each has judged before any writes, where the database lets them.
        if connection.vendor == "postgresql":
            together.wait()
        return real(arrivals, task)

    monkeypatch.setattr(bringing, "_create", create)

    def bring(task):
        try:
            steps.confirm(task, by=desk.by)
            return desk.work(task)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(bring, tasks))


def test_each_reader_is_written_once_whatever_the_order(desk, monkeypatch):
    addresses = [f"lectrice{n}@example.org" for n in range(200)]
    tasks = at_once(
        desk,
        monkeypatch,
        *("email,name,attributes\n" + ",,\n".join(order) + ",,\n" for order in (addresses, addresses[::-1])),
    )
    assert [task.state for task in tasks] == [Import.State.DONE] * 2
    assert Subscriber.objects.count() == ConsentEvent.objects.count() == 200
    # Whoever came second says that they were there.
    assert sorted(task.counts.get("new", 0) for task in tasks) == [0, 200]
    assert sorted(task.counts.get("known", 0) for task in tasks) == [0, 200]


def test_a_no_is_not_lost_to_a_yes_of_the_same_moment(desk, monkeypatch):
    yes, no = (f"{HEAD}1,zoe@example.org,,{{}},{status},,\n" for status in ("enabled", "blocklisted"))
    at_once(desk, monkeypatch, yes, no)
    assert Subscriber.objects.get().state == "unsubscribed"
