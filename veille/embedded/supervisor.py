"""Child processes that live and die together.

Each runs in a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone, which
then ends them in order and leaves none behind.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import psutil

# A worker may be in the middle of a message: it ends after that one.
GRACE_SECONDS = 30.0
LOG_BYTES = 5_000_000


class ChildStopped(Exception):
    """A child ended by itself. `name`, `code` as of `Popen.returncode`, and the path of its `log`."""

    def __init__(self, name: str, code: int, log: Path) -> None:
        super().__init__(f"{name} stopped with code {code}")
        self.name, self.code, self.log = name, code, log

    def last_lines(self, count: int = 12) -> str:
        """What it said last."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


class Supervisor:
    """Start children, wait for the first to fail, and end them all: the last started, the first ended."""

    def __init__(self, folder: Path, *, cwd: Path, env: Mapping[str, str]) -> None:
        self.logs = folder / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._roll = folder / "children.json"
        self._cwd, self._env = cwd, dict(env)
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], *, listener: socket.socket | None = None) -> None:
        """Start one child; what it prints goes to its log. It inherits the listener under the same number."""
        with self._open_log(name) as log:
            self._children[name] = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[listener.fileno()] if listener else [],
            )
        self._note_children()

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until something holds. Raises `ChildStopped`, or `TimeoutError` after so many seconds."""
        end = time.monotonic() + seconds
        while not ready():
            self._look()
            if time.monotonic() > end:
                raise TimeoutError(f"not ready after {seconds:.0f} seconds")
            time.sleep(0.1)

    def watch(self) -> None:
        """Wait for ever. Raises `ChildStopped` as soon as one child has ended."""
        while True:
            self._look()
            time.sleep(0.3)

    def stop(self) -> None:
        """End all children: ask each, wait for it, and kill what is left. Interrupted: kill at once."""
        try:
            for child in reversed(self._children.values()):
                _signal_session(child.pid, signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(GRACE_SECONDS)
        finally:
            for child in self._children.values():
                _signal_session(child.pid, signal.SIGKILL)
                child.wait()
            self._children.clear()
            self._roll.unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """End what a supervisor that was killed itself has left running here; give their names."""
        try:
            roll = json.loads(self._roll.read_text())
        except (FileNotFoundError, ValueError):
            return []
        ended = []
        for name, (pid, started) in roll.items():
            # The time of its start tells our child from a stranger who got the same number since.
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                if abs(process.create_time() - started) < 1:
                    _signal_session(pid, signal.SIGTERM)
                    psutil.wait_procs([process], timeout=GRACE_SECONDS)
                    _signal_session(pid, signal.SIGKILL)
                    ended.append(name)
        self._roll.unlink(missing_ok=True)
        return ended

    def _look(self) -> None:
        for name, child in self._children.items():
            code = child.poll()
            if code is not None:
                raise ChildStopped(name, code, self.logs / f"{name}.log")

    def _open_log(self, name: str) -> BinaryIO:
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _note_children(self) -> None:
        roll = {}
        for name, child in self._children.items():
            with contextlib.suppress(psutil.Error):
                roll[name] = (child.pid, psutil.Process(child.pid).create_time())
        self._roll.write_text(json.dumps(roll))


def _signal_session(leader: int, number: signal.Signals) -> None:
    """Send a signal to all processes of a child's session; those gone already need none."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, number)
