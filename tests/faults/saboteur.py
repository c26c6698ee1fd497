"""The Celery app of workers that kill themselves where a test asks: `celery -A tests.faults.saboteur`.

A file in the folder VEILLE_SABOTAGE is one death to die; whoever deletes it dies it, by SIGKILL, and
writes a line into `deaths` first. Files are deleted by one process only, so that a budget of deaths is
shared by all. Nothing of this is in the code under test: it is wrapped here, from outside.
"""

import functools
import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import celery.app.task
import django
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import transaction  # noqa: E402

from mailings import acceptances, claim, fence, send  # noqa: E402
from mailings.transports import smtp, wire  # noqa: E402
from veille.celery import app  # noqa: E402

FOLDER = Path(os.environ.get("VEILLE_SABOTAGE", "no sabotage"))
# How likely a process is to die when it passes a point; some are passed once in a hundred messages.
CHANCE = {"after the claim": 0.3, "in the bulk write": 0.3}
USUAL_CHANCE = 0.03

claimed = {"batch": 0}


def is_doomed(point: str) -> bool:
    """Whether to die now, if the budget and chance will have it."""
    if random.random() > CHANCE.get(point, USUAL_CHANCE):
        return False
    for death in FOLDER.glob(f"{point}.*"):
        try:
            death.unlink()
        except FileNotFoundError:
            continue
        return True
    return False


def die(point: str) -> None:
    if is_doomed(point):
        kill_oneself(point)


def kill_oneself(point: str) -> None:
    line = json.dumps({"point": point, "batch": claimed["batch"], "pid": os.getpid(), "at": time.time()})
    with (FOLDER / "deaths").open("a") as deaths:
        deaths.write(line + "\n")
    os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: Any, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a function around the one of this name, which it gets as its first argument."""

    def around(wrapper: Callable[..., Any]) -> Callable[..., Any]:
        inner = getattr(owner, name)
        setattr(owner, name, functools.wraps(inner)(lambda *args, **kwargs: wrapper(inner, *args, **kwargs)))
        return wrapper

    return around


# Children of a pool are born with the same state of chance.
worker_process_init.connect(lambda **kwargs: random.seed(), weak=False)


@wrap(claim, "claim")
def _claim(inner, batch_id, *args):
    batch = inner(batch_id, *args)
    if batch is not None:
        claimed["batch"] = batch.pk
        if (FOLDER / f"poison-{batch.number}").exists():
            kill_oneself("poison")
        die("after the claim")
    return batch


@wrap(send, "open_batch")
def _open_batch(inner, batch):
    if (FOLDER / f"glutton-{batch.number}").exists():
        bytearray(2**60)
    return inner(batch)


@wrap(fence._SqliteFence, "passed")
@wrap(fence._PostgresFence, "passed")
def _passed(inner, *args):
    passed = inner(*args)
    if passed:
        die("after the UPDATE")
    return passed


@wrap(wire.Wire, "write")
def _write(inner, self, data, seconds):
    if len(data) > 1000 and is_doomed("in the text"):
        inner(self, data[: len(data) // 2], seconds)
        kill_oneself("in the text")
    inner(self, data, seconds)


@wrap(smtp.SmtpTransport, "conclude")
def _conclude(inner, *args):
    inner(*args)
    die("after the dot")


@wrap(smtp.SmtpTransport, "answers")
def _answers(inner, *args):
    answers = inner(*args)
    die("after the 250")
    return answers


@wrap(acceptances, "write")
def _write_acceptances(inner, *args):
    with transaction.atomic():
        inner(*args)
        die("in the bulk write")


def publish_several_times(copies: int) -> None:
    @wrap(celery.app.task.Task, "apply_async")
    def _apply_async(inner, *args, **kwargs):
        for _copy in range(copies):
            result = inner(*args, **kwargs)
        return result


if copies := os.environ.get("VEILLE_SABOTAGE_COPIES"):
    publish_several_times(int(copies))
if seconds := os.environ.get("VEILLE_SABOTAGE_VISIBILITY"):
    app.conf.broker_transport_options = {
        **app.conf.broker_transport_options,
        "visibility_timeout": int(seconds),
    }
if seconds := os.environ.get("VEILLE_SABOTAGE_BEAT"):
    app.conf.beat_schedule["dispatch-mailings"]["schedule"] = float(seconds)
