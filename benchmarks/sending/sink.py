"""The mail server of the measurements: Postfix's smtp-sink, which takes everything and counts it."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from . import BenchmarkError

# It is not on everybody's path.
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/usr/lib/postfix/sbin:/usr/libexec/postfix"
_BACKLOG = 1000
_START_SECONDS = 5
_SETTLE_SECONDS = 5


def find_smtp_sink() -> str:
    """Give the path of smtp-sink. Raises BenchmarkError if it is missing."""
    path = shutil.which("smtp-sink", path=_PATH)
    if not path:
        raise BenchmarkError(
            "smtp-sink is missing. It comes with Postfix, which need not run: apt-get install postfix"
        )
    return path


class Sink:
    """A running smtp-sink."""

    def __init__(self, port: int, counters: IO[bytes]) -> None:
        self.port = port
        self._counters = counters

    def count(self) -> int:
        """Give how many messages it has taken so far."""
        # A line like "sess=1 quit=0 mesg=42", written over itself after each message.
        size = os.fstat(self._counters.fileno()).st_size
        tail = os.pread(self._counters.fileno(), 200, max(0, size - 200))
        counts = re.findall(rb"mesg=(\d+)\s", tail)
        return int(counts[-1]) if counts else 0

    def expect(self, count: int) -> None:
        """Make sure that it has taken so many messages, neither more nor fewer. Raises BenchmarkError."""
        end = time.monotonic() + _SETTLE_SECONDS
        while self.count() < count and time.monotonic() < end:
            time.sleep(0.1)
        if self.count() != count:
            raise BenchmarkError(f"smtp-sink has taken {self.count()} messages instead of {count}")


@contextmanager
def a_sink(port: int) -> Iterator[Sink]:
    """Run a fresh smtp-sink on the loopback until the block ends."""
    # It refuses to stay root.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile() as counters:
        command = [find_smtp_sink(), "-c", *user, f"127.0.0.1:{port}", str(_BACKLOG)]
        process = subprocess.Popen(command, stdout=counters)
        try:
            _wait_for(port, process)
            yield Sink(port, counters)
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise BenchmarkError(f"smtp-sink does not listen on port {port}")
