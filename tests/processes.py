"""Real worker processes, on the test's own database, broker and mail server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The URL under which another process opens the test's database."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    account = config["USER"] + (f":{config['PASSWORD']}" if config["PASSWORD"] else "")
    return f"postgres://{account}@{config['HOST']}:{config['PORT'] or 5432}/{config['NAME']}"


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that works beside the test."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        **more,
    }


@contextmanager
def a_worker(
    *, app: str = "veille", pool: str = "solo", concurrency: int = 2, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery worker until the block ends."""
    # A name of its own: RabbitMQ gives the mailbox of a name to one connection only.
    options = ["--hostname", f"{token_hex(4)}@%h"]
    options += ["--pool", pool, "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
    with a_process("celery", "-A", app, "worker", "--loglevel", "INFO", *options, **more) as process:
        yield process


@contextmanager
def a_process(module: str, *arguments: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module until the block ends; SIGTERM then, and SIGKILL if it does not listen.

    What it said is printed if the block fails.
    """
    log = Path(settings.DATA_DIR) / f"{module}.log"
    with log.open("ab") as out:
        begun = out.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment(**more),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    except AssertionError:
        print(log.read_bytes()[begun:][-20_000:].decode(errors="replace"))
        raise
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        # Whom a killed parent left behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], seconds: float, what: str, *, pause: float = 0.1) -> None:
    """Wait for something that other processes do; fail with its name when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)
