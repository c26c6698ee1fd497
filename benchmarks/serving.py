"""Requests per second and p99 of pages of the archive, with gunicorn: as strangers, browsers that have them
and people with a session get them; and beside them one that is made anew for each request.

python -m benchmarks.serving   (needs wrk: apt-get install wrk)
"""

import sys
import tempfile
import urllib.request
from pathlib import Path

from . import site

PROOF = """
from issues.models import Issue
from issues.proofs import links
from authors.models import User
link = links.make(Issue.objects.get(number=13), by=User.objects.get(username="helene"))
print(links.address_of(link))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, site.running(Path(folder)) as address:
        with urllib.request.urlopen(f"{address}/numeros/12/") as page:  # noqa: S310
            etag, size = page.headers["ETag"], len(page.read())
        print(f"{size / 1000:.0f} kB; {site.WORKERS} workers of {site.THREADS} threads, 16 connections")
        proof = site.manage("shell", "-v0", "-c", PROOF).split()[-1]
        browser = {"If-None-Match": etag}
        # Of nobody: what is shared for a moment is not for who may have an account.
        session = {"Cookie": "sessionid=of-nobody"}
        print("shared for a second:", site.measure(f"{address}/numeros/12/"))
        print("kept by the browser (304):", site.measure(f"{address}/numeros/12/", headers=browser))
        print("kept here, with a session:", site.measure(f"{address}/numeros/12/", headers=session))
        print("home, shared:", site.measure(f"{address}/"))
        print("Atom, shared:", site.measure(f"{address}/flux.atom"))
        print("made each time (a preview):", site.measure(address + proof))
        print("no database (robots.txt):", site.measure(f"{address}/robots.txt"))


if __name__ == "__main__":
    try:
        main()
    except site.Missing as error:
        sys.exit(f"benchmarks/serving: {error}")
