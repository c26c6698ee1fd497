"""What machine this is: figures mean nothing without it."""

import os
import platform
import re
import time
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection

from veille.celery import app

_COMMITS = 500


def describe() -> dict[str, str]:
    """Give what the figures depend on, each under its name."""
    return {
        "CPU": f"{_cpu_model()} ({os.cpu_count()} cores)",
        "Linux": platform.release(),
        "Python": platform.python_version(),
        "PostgreSQL": _shown("server_version"),
        "synchronous_commit": _shown("synchronous_commit"),
        "fsync": _shown("fsync"),
        "a commit": f"{_commit_seconds() * 1000:.2f} ms",
        "broker": app.connection_for_write().transport.driver_type,
        "recipients per batch": str(settings.VEILLE_BATCH_SIZE),
    }


def _cpu_model() -> str:
    names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return names[0] if names else platform.machine()


def _commit_seconds() -> float:
    """What a commit of one row takes, as it must before each message: the median of many."""
    times = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE one_row AS SELECT 0 AS n")
        for _turn in range(_COMMITS):
            began = time.perf_counter()
            cursor.execute("UPDATE one_row SET n = n + 1")
            times.append(time.perf_counter() - began)
        cursor.execute("DROP TABLE one_row")
    return median(times)


def _shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])
