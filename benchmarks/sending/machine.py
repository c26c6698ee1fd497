"""What machine this is: figures mean nothing without it."""

import os
import platform
import re
from pathlib import Path

from django.conf import settings
from django.db import connection

from veille.celery import app


def describe() -> dict[str, str]:
    """Give what the figures depend on, each under its name."""
    return {
        "CPU": f"{_cpu_model()} ({os.cpu_count()} cores)",
        "Linux": platform.release(),
        "Python": platform.python_version(),
        "PostgreSQL": _shown("server_version"),
        "synchronous_commit": _shown("synchronous_commit"),
        "fsync": _shown("fsync"),
        "broker": app.connection_for_write().transport.driver_type,
        "recipients per batch": str(settings.VEILLE_BATCH_SIZE),
    }


def _cpu_model() -> str:
    names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return names[0] if names else platform.machine()


def _shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])
