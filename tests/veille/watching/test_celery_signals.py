"""Tasks: which request they came from, and how often they fail."""

import logging

import pytest
from celery.app.trace import trace_task
from django.db import OperationalError

from veille.celery import app
from veille.watching import celery_signals
from veille.watching.models import TaskFailures
from veille.watching.request_ids import REQUEST_ID

logger = logging.getLogger("veille.test")


@pytest.fixture
def task():
    """A task of this test alone: it writes a line, and fails if it is told to."""

    @app.task(name="veille.test", shared=False)
    def work(fail=False):
        logger.info("at work")
        if fail:
            raise ValueError("no room for zoe@example.org")

    yield work
    app.tasks.unregister("veille.test")


def run(task, *args, **headers):
    """Run a task as a worker does when its message has come."""
    message = {"id": "0198-task", "headers": {}, "is_eager": False, **headers}
    trace_task(task, "0198-task", args, {}, request=message, app=app)


def sent(task, monkeypatch):
    """Publish a task. Gives the headers of its message."""
    messages = []
    monkeypatch.setattr(
        "kombu.messaging.Producer.publish", lambda self, body, **options: messages.append(options["headers"])
    )
    task.delay()
    return messages[0]


@pytest.mark.django_db
def test_a_task_that_a_request_publishes_bears_its_id(task, monkeypatch, lines):
    REQUEST_ID.set("0198-request")
    headers = sent(task, monkeypatch)
    REQUEST_ID.set(None)
    run(task, veille_request_id=headers["veille_request_id"])
    entry = next(entry for entry in lines.entries if entry["message"] == "at work")
    assert (entry["request_id"], entry["task_id"], entry["task"]) == (
        "0198-request",
        "0198-task",
        "veille.test",
    )
    assert REQUEST_ID.get() is None


@pytest.mark.django_db
def test_a_task_of_the_scheduler_has_no_request(task, monkeypatch, lines):
    assert "veille_request_id" not in sent(task, monkeypatch)
    run(task)
    entry = next(entry for entry in lines.entries if entry["message"] == "at work")
    assert "request_id" not in entry


def test_the_lines_of_the_process_that_hands_tasks_out_bear_the_task(lines):
    logging.getLogger("celery.worker.strategy").info(
        "Task %(name)s[%(id)s] received", {"id": "0198-task", "name": "mailings.dispatch", "args": "(1,)"}
    )
    (entry,) = lines.entries
    assert (entry["task_id"], entry["task"]) == ("0198-task", "mailings.dispatch")


# A worker opens the database anew for each task.
@pytest.mark.django_db(transaction=True)
def test_failures_are_counted_and_what_goes_well_is_not(task, lines):
    run(task)
    run(task, True)
    run(task, True)
    assert TaskFailures.objects.by_task() == {"veille.test": 2}
    assert "example.org" not in lines.text
    assert sum(entry["level"] == "ERROR" for entry in lines.entries) == 2


@pytest.mark.django_db(transaction=True)
def test_a_failure_that_the_database_could_not_take_is_counted_after_the_next_task(task, monkeypatch):
    def away(failures):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(TaskFailures.objects, "add", away)
        patch.setattr(celery_signals.TaskFailures, "objects", TaskFailures.objects)
        run(task, True)
        assert TaskFailures.objects.by_task() == {}
    run(task)
    assert TaskFailures.objects.by_task() == {"veille.test": 1}
