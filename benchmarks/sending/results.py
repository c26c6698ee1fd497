"""What was measured, and the file that keeps it."""

import json
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from .environment import FOLDER, ROOT

FILE = FOLDER / "sending.jsonl"


@dataclass(frozen=True)
class Run:
    """One mailing sent or planned, or one loop. Memory is that of the process that held the most."""

    recipients: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int = 0

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.recipients / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU for a message."""
        return self.cpu_seconds * 1000 / self.recipients

    @property
    def peak_mb(self) -> float:
        """In units of 2^20 bytes."""
        return self.peak_bytes / 2**20


@dataclass(frozen=True)
class Round:
    """The runs of a measure that were made one after the other, and may be compared."""

    measure: str
    number: int
    runs: dict[str, Run]


def keep(**facts: object) -> None:
    """Add a line to the file."""
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": _commit(), **facts}
    with FILE.open("a") as file:
        file.write(json.dumps(line) + "\n")


def keep_round(made: Round) -> None:
    """Add a round to the file."""
    keep(**asdict(made))


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
