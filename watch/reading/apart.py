"""Reading a page in a process of its own: what a stranger wrote can hang it or fill it, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

# A page of 2 MB takes a second of a slow machine.
CPU_SECONDS = 5
SECONDS = 15
MEMORY_BYTES = 512 * 1024 * 1024
LONGEST_ANSWER = 100_000


class Unreadable(Exception):
    """The page could not be read: it took too long, too much memory, or broke what reads it."""


def read(body: bytes, content_type: str, url: str) -> dict[str, str | date | None]:
    """Give the fields of `page.PageData` for that page. Raises Unreadable.

    The process has none of our environment, so no secret to lose, and ends with its time.
    """
    about = json.dumps({"content_type": content_type, "url": url}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "watch.reading.child"],
            input=about + b"\n" + body,
            capture_output=True,
            cwd=Path(__file__).resolve().parents[2],
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=SECONDS,
            check=True,
        )
        if len(done.stdout) > LONGEST_ANSWER:
            raise Unreadable("the answer is too long")
        told = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise Unreadable(type(error).__name__) from error
    day = told["published_on"]
    return {**told, "published_on": date.fromisoformat(day) if day else None}
