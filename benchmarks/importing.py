"""Import lists of readers, each in a process of its own, and say what it took.

    python -m benchmarks.importing [ROWS ...]

By default 10,000 rows, then 100,000. Nobody is imported before, and a list has what lists have: a hundredth
of its rows is no address, a hundredth stands there twice.
"""

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from .sending import BenchmarkError, environment
from .sending.usage import peak_bytes

SIZES = (10_000, 100_000)
CHILD = "--child"


def main() -> None:
    if sys.argv[1:2] == [CHILD]:
        print(json.dumps(_import(Path(sys.argv[2]))))
        return
    try:
        with environment.prepared():
            django.setup()
            _measure([int(size) for size in sys.argv[1:]] or list(SIZES))
    except BenchmarkError as error:
        sys.exit(f"benchmarks/importing: {error}")


def _measure(sizes: list[int]) -> None:
    from .sending.database import have_nothing, own_database

    with own_database(), TemporaryDirectory() as folder:
        for size in sizes:
            have_nothing()
            path = Path(folder, f"{size}.csv")
            _write(path, size)
            child = [sys.executable, "-m", "benchmarks.importing", CHILD, str(path)]
            took = json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
            print(
                f"{size:>9,} rows, {took['readers']:,} readers: check {took['check']:.1f} s,"
                f" import {took['import']:.1f} s, peak memory {took['peak'] / 2**20:.0f} MB",
                flush=True,
            )


def _write(path: Path, size: int) -> None:
    with path.open("w") as file:
        file.write("uuid,email,name,attributes,status,created_at,updated_at\n")
        for row in range(size):
            address = f"lectrice{row - (row % 100 == 99) * 50}@domaine{row % 50}.example"
            if row % 100 == 50:
                address = "pas une adresse"
            file.write(f'{row},{address},Zoé Morel {row},"{{""a"": 1}}",enabled,2024-05-01T10:00:00Z,\n')


def _import(path: Path) -> dict[str, float]:
    """Do what the pages and the tasks do; the work is cut where a task hands over to the next."""
    django.setup()
    from subscribers.importing import steps, work
    from subscribers.models import Import, Subscriber

    with path.open("rb") as file:
        task = steps.upload(
            iter(lambda: file.read(2**20), b""),
            filename=path.name,
            source="benchmark",
            consent_date=date(2024, 5, 1),
            language="fr",
            by=None,
        )
    steps.describe(task, columns={}, file_state="active", by=None)
    seconds = []
    for state in (Import.State.CHECKED, Import.State.DONE):
        if state is Import.State.DONE:
            steps.confirm(task, by=None)
        began = time.perf_counter()
        while work.carry_on(task.pk):
            pass
        seconds.append(time.perf_counter() - began)
        task.refresh_from_db()
        if task.state != state:
            raise BenchmarkError(f"the import is {task.state}: {task.error}")
    readers = Subscriber.objects.count()
    if readers != task.counts["new"]:
        raise BenchmarkError(f"{readers} readers, {task.counts}")
    return {"check": seconds[0], "import": seconds[1], "readers": readers, "peak": peak_bytes()}


if __name__ == "__main__":
    main()
