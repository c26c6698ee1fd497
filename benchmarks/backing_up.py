"""Back up and restore a newsletter with two mailings behind it, and say what it took.

    python -m benchmarks.backing_up [READERS ...]

By default 10,000 readers, then 100,000; each got two mailings. Backup and restoration are the commands of
an operator, in processes of their own, on PostgreSQL; what was restored is backed up again and compared.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from .sending import BenchmarkError, environment

SIZES = (10_000, 100_000)
MAILINGS = 2


def main() -> None:
    try:
        with environment.prepared():
            django.setup()
            for size in [int(size) for size in sys.argv[1:]] or SIZES:
                _measure(size)
    except BenchmarkError as error:
        sys.exit(f"benchmarks/backing_up: {error}")


def _measure(size: int) -> None:
    from .sending.database import own_database

    with TemporaryDirectory() as folder:
        first, second = Path(folder, "first.tar.gz"), Path(folder, "second.tar.gz")
        with own_database():
            _fill(size)
            saving = _run("backup", str(first))
        with own_database():
            restoring = _run("restore", str(first))
            _run("backup", str(second))
        if _tables(first) != _tables(second):
            raise BenchmarkError("What was restored is not what was saved.")
        print(
            f"{size:>9,} readers, {size * MAILINGS:,} deliveries: backup {saving}, restore {restoring},"
            f" archive {first.stat().st_size / 1e6:.1f} MB",
            flush=True,
        )


def _fill(size: int) -> None:
    from django.utils import timezone

    from mailings.models import Delivery, Mailing
    from mailings.plan import plan

    from .sending.database import have_readers, publish

    have_readers(size)
    for _mailing in range(MAILINGS):
        issue = publish()
        plan(issue, issue.rendition)
    Delivery.objects.update(state=Delivery.State.SENT, settled_at=timezone.now())
    Mailing.objects.update(state=Mailing.State.FINISHED, finished_at=timezone.now())


def _run(*command: str) -> str:
    """Run a command of the operator's; give its time and the most memory that it had."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", *command], stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise BenchmarkError(f"{command[0]} failed.")
    # Linux counts in kilobytes.
    return f"{time.monotonic() - begun:.1f} s, {usage.ru_maxrss / 1024:.0f} MB"


def _tables(path: Path) -> object:
    from veille.backup.reading import Archive

    return Archive(path).check().tables


if __name__ == "__main__":
    main()
