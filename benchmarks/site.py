"""The sample's site under gunicorn, as in production but for TLS, and how fast it answers."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from veille.embedded.ports import listen, port_of

WORKERS, THREADS = 2, 4
ROOT = Path(__file__).parents[1]


class Missing(Exception):
    """A program that the benchmark needs is not installed."""


def manage(*command: str) -> str:
    """Run a command of manage.py in the benchmark's environment; give what it says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[str]:
    """Run the sample's site; give its address. `folder` is for its data."""
    with listen(8900) as listener:
        port = port_of(listener)
    os.environ |= {
        "SECRET_KEY": "for-the-benchmark-" * 4,
        "VEILLE_DATA_DIR": str(folder),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        **environment,
    }
    manage("migrate", "-v0")
    manage("collectstatic", "--noinput", "-v0")
    manage("sample")
    command = [
        *(sys.executable, "-m", "gunicorn", "veille.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket"),
        *("--log-level", "warning"),
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def measure(
    url: str,
    *,
    headers: dict[str, str] | None = None,
    script: str = "",
    connections: int = 16,
    seconds: int = 8,
    rounds: int = 3,
) -> str:
    """Ask for an address as often as it is answered, by wrk, and give its figures in words.

    Requests a second, the time in milliseconds within which 99 % were answered, and how many failed: the
    median of the rounds, and all failures. `script` is wrk's, in Lua. Raises Missing.
    """
    wrk = shutil.which("wrk")
    if not wrk:
        raise Missing("wrk is missing (apt-get install wrk)")
    options = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    if script:
        file = Path(os.environ["VEILLE_DATA_DIR"]) / "wrk.lua"
        file.write_text(script)
        options += ["-s", str(file)]
    rates, waits, failed = [], [], 0
    for length in (1, *[seconds] * rounds):
        command = [
            wrk,
            "-t1",
            f"-c{connections}",
            f"-d{length}s",
            "--latency",
            "--timeout",
            "10s",
            *options,
            url,
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rates.append(float(_found(r"Requests/sec:\s+([\d.]+)", said)[0]))
        number, unit = _found(r"99%\s+([\d.]+)(us|ms|s)", said)
        waits.append(float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit])
        failed += sum(map(int, re.findall(r"(?:Non-2xx or 3xx responses:|read|write|timeout) (\d+)", said)))
    # The first, short one warms up.
    rate, wait = statistics.median(rates[1:]), statistics.median(waits[1:])
    return f"{rate:.0f} requests/s, p99 {wait:.0f} ms, {failed} failed"


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk says something else:\n{text}")
    return match.groups()


def _wait_for(url: str) -> None:
    for _time in range(100):
        try:
            urllib.request.urlopen(url)  # noqa: S310
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the site does not answer")
