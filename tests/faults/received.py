"""The test's end of the sink: start it, tell it what to do, read what it accepted."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Received:
    """One accepted message, as the sink wrote it down.

    `answered` is whether its sender was told so; `at` is in seconds since the epoch.
    """

    to: str
    id: str
    hash: str
    text: str
    tokens: list[str]
    addresses: list[str]
    answered: bool
    at: float


class Mailhost:
    """A running sink."""

    def __init__(self, book: Path, certificate: str) -> None:
        self._book = book
        self._read: list[Received] = []
        self._offset = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.sink", str(book), certificate],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.port = int(self._answer())

    @property
    def url(self) -> str:
        """What `EMAIL_URL` says to send here."""
        return f"smtp://127.0.0.1:{self.port}"

    def obey(self, *rules: dict[str, object], seed: int = 1) -> int:
        """Have the sink follow these rules and no others. Gives the number of connections until now."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"rules": rules, "seed": seed}).encode() + b"\n")
        self.process.stdin.flush()
        return int(self._answer())

    def take_its_time(self, seconds: float) -> None:
        """Have each message take so long, and nothing else happen."""
        self.obey({"stage": "dot", "does": "slow", "seconds": seconds})

    @property
    def received(self) -> list[Received]:
        """All that was accepted until now, in order."""
        with self._book.open("rb") as book:
            book.seek(self._offset)
            for line in book:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                self._read.append(Received(**json.loads(line)))
        return self._read

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        # It has nothing left to say: each line of its book was written at once.
        self.process.kill()
        self.process.wait()

    def _answer(self) -> bytes:
        assert self.process.stdout
        return self.process.stdout.readline()


@contextmanager
def a_mailhost(folder: Path, certificate: str = "") -> Iterator[Mailhost]:
    """Run a sink whose book lies in a folder; with a certificate it offers STARTTLS."""
    mailhost = Mailhost(folder / "book", certificate)
    try:
        yield mailhost
    finally:
        mailhost.close()
