"""Another database for one test, that may be stopped or run full: a cluster of its own, a small disk."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.sink import free_port

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do this")


@contextmanager
def the_database_at(**place: object) -> Iterator[None]:
    """Have the test, and the processes it starts, work on another database until the block ends."""
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(place)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


class Cluster:
    """A PostgreSQL server in a folder, run by the account `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._data = folder / "data"
        self._socket = folder
        shutil.chown(folder, "postgres")
        self._binaries = subprocess.run(
            ["pg_config", "--bindir"], check=True, capture_output=True, text=True
        ).stdout.strip()
        self._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-D", str(self._data))
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -k {self._socket} -c listen_addresses=127.0.0.1"
        log = str(self._data / "log")
        self._run("pg_ctl", "-D", str(self._data), "-o", options, "-l", log, "-w", "start")

    def stop(self, mode: str) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [f"{self._binaries}/{program}", *arguments],
            check=True,
            user="postgres",
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def a_cluster(folder: Path) -> Iterator[Cluster]:
    """Run a cluster in a folder that the account `postgres` may reach, with the test's database in it."""
    cluster = Cluster(folder)
    try:
        place = {
            "HOST": "127.0.0.1",
            "PORT": cluster.port,
            "USER": "postgres",
            "PASSWORD": "",
            "NAME": "postgres",
        }
        with the_database_at(**place):
            yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):
            cluster.stop("immediate")


class Disk:
    """A small file system that can be filled to the last byte, and emptied again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with suppress(OSError), self._ballast.open("wb", buffering=0) as ballast:
            while ballast.write(b"\0" * 4096):
                pass

    def empty(self) -> None:
        self._ballast.unlink()


@contextmanager
def a_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a file system of so many megabytes over a folder."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
