"""The environment that every process of a measurement shares."""

import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from . import BenchmarkError

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "benchmarks"

DATABASE = "veille_bench"
DATABASE_URL = f"postgres://postgres@127.0.0.1:5432/{DATABASE}"
BROKER_URL = "amqp://guest:guest@127.0.0.1:5672//"
# More than anybody sends here: no limit.
MESSAGES_PER_CONNECTION = 10_000_000


@contextmanager
def prepared() -> Iterator[int]:
    """Set the environment for this process and its children. Gives a free port for the mail server.

    Server and broker come from DATABASE_URL and CELERY_BROKER_URL; database, queue and files are the
    measurement's own, the files until the block ends. Raises BenchmarkError if it is not PostgreSQL.
    """
    port = _free_port()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="data-", dir=FOLDER) as data:
        _set(
            DJANGO_SETTINGS_MODULE="veille.settings",
            DATABASE_URL=_own_database(os.environ.get("DATABASE_URL", DATABASE_URL)),
            CELERY_BROKER_URL=os.environ.get("CELERY_BROKER_URL", BROKER_URL),
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            SECRET_KEY=secrets.token_urlsafe(48),
            DEBUG="false",
            SITE_URL="https://veille.example",
            DEFAULT_FROM_EMAIL="Veille <veille@veille.example>",
            VEILLE_DATA_DIR=data,
            VEILLE_QUEUE=f"veille-bench-{secrets.token_hex(4)}",
            VEILLE_MESSAGES_PER_CONNECTION=str(MESSAGES_PER_CONNECTION),
        )
        yield port


def _set(**variables: str) -> None:
    for name, value in variables.items():
        os.environ[name] = value
        # A file of this name would win over the variable.
        os.environ.pop(f"{name}_FILE", None)


def _own_database(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BenchmarkError(f"This measures PostgreSQL, and DATABASE_URL begins with {parts.scheme}:")
    return parts._replace(path=f"/{DATABASE}").geturl()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
