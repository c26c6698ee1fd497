"""Requests per second and p99 of an issue's page, with gunicorn: whole, kept by the browser, and beside them
a page that is made anew for each request.

python -m benchmarks.serving   (needs wrk: apt-get install wrk)
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from veille.embedded.ports import listen, port_of

SECONDS, ROUNDS, CONNECTIONS = 8, 3, 16
WORKERS, THREADS = 2, 4
ROOT = Path(__file__).parents[1]


def main() -> None:
    wrk = shutil.which("wrk")
    if not wrk:
        sys.exit("benchmarks/serving: wrk is missing (apt-get install wrk)")
    with tempfile.TemporaryDirectory() as folder, _site(Path(folder)) as site:
        etag = urllib.request.urlopen(f"{site}/numeros/12/").headers["ETag"]  # noqa: S310
        size = len(urllib.request.urlopen(f"{site}/numeros/12/").read())  # noqa: S310
        print(f"{size / 1000:.0f} kB; {WORKERS} workers of {THREADS} threads, {CONNECTIONS} connections")
        cases = {
            "kept here": ("/numeros/12/", {}),
            "kept by the browser (304)": ("/numeros/12/", {"If-None-Match": etag}),
            "made each time (a preview)": (_proof(), {}),
            "no database (robots.txt)": ("/robots.txt", {}),
        }
        for name, (path, headers) in cases.items():
            _measure(wrk, site + path, headers, 1)
            figures = [_measure(wrk, site + path, headers, SECONDS) for _round in range(ROUNDS)]
            rates, waits = zip(*figures, strict=True)
            rate, wait = statistics.median(rates), statistics.median(waits)
            print(f"{name}: {rate:.0f} requests/s, p99 {wait:.0f} ms")


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """Run the sample's site, as in production but for TLS. Gives its address."""
    with listen(8900) as listener:
        port = port_of(listener)
    os.environ |= {
        "SECRET_KEY": "for-the-benchmark-" * 4,
        "VEILLE_DATA_DIR": str(folder),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["sample"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "veille.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket"),
            *("--log-level", "warning"),
        ],
        cwd=ROOT,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _proof() -> str:
    """Give the path of a page that is rendered for each request: a preview of issue 13."""
    code = (
        "from issues.models import Issue; from issues.proofs import links; from authors.models import User;"
        "issue, editor = Issue.objects.get(number=13), User.objects.get(username='helene');"
        "print(links.address_of(links.make(issue, by=editor)))"
    )
    shell = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    return subprocess.run(shell, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()[-1]


def _measure(wrk: str, url: str, headers: dict[str, str], seconds: int) -> tuple[float, float]:
    """Give requests per second, and the milliseconds within which 99 % were answered."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *options, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if failed := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors:.*", said):
        sys.exit(f"benchmarks/serving: {failed[0]}")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def _wait_for(url: str) -> None:
    for _time in range(100):
        try:
            urllib.request.urlopen(url)  # noqa: S310
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("benchmarks/serving: the site does not answer")


if __name__ == "__main__":
    main()
