"""What the house bears: readers of the archive, a flood of sign-ups, fifty editors at their desks, and the
burst of one-click unsubscribes after a mailing; the last two alone, and again while a mailing goes out.

python -m benchmarks.load   (needs wrk and Postfix's smtp-sink: apt-get install wrk postfix)
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from veille.embedded.ports import listen, port_of

from . import site
from .burst import burst
from .sending import BenchmarkError
from .sending.sink import Sink, a_sink

READERS, EDITORS = 40_000, 50

FILL = f"""
from pathlib import Path
from django.conf import settings
from django.test import Client
from django.utils import timezone
from authors.models import User
from authors.roles import EDITORS as ROLE, add_to_role
from subscribers.models import Subscriber
names = [f"lectrice{{n}}@exemple.example" for n in range({READERS})]
Subscriber.objects.bulk_create(
    [Subscriber(email=a, address=a, state="active", confirmed_at=timezone.now()) for a in names], 1000
)
tokens = Subscriber.objects.values_list("token", flat=True).order_by("pk")
cookies = []
for n in range({EDITORS}):
    user = User.objects.create(username=f"editrice{{n}}", is_staff=True)
    add_to_role(user, ROLE)
    client = Client()
    client.force_login(user)
    cookies.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
folder = Path(settings.DATA_DIR)
(folder / "tokens").write_text("\\n".join(tokens))
(folder / "cookies").write_text("\\n".join(cookies))
"""
MAIL = """
from issues.models import Issue
from mailings.models import Mailing
from mailings.plan import plan
issue = Issue.objects.get(number=12)
Mailing.objects.filter(issue=issue).delete()
plan(issue, issue.rendition)
"""
# One line of a file for each request, in turn.
LINES = """
local lines = {}
for line in io.lines("%s") do lines[#lines + 1] = line end
local turn = 0
local function nextline() turn = turn %% #lines + 1; return lines[turn] end
"""
ONE_CLICK = (
    LINES
    + """
local headers = {["Content-Type"] = "application/x-www-form-urlencoded"}
request = function()
  local path = "/desabonnement/" .. nextline() .. "/un-clic"
  return wrk.format("POST", path, headers, "List-Unsubscribe=One-Click")
end
"""
)
DESK = (
    LINES
    + """
request = function() return wrk.format("GET", nil, {["Cookie"] = "sessionid=" .. nextline()}) end
"""
)
# A network of its own for each, as a proxy of ours would say it.
SIGN_UP = """
local turn = 0
request = function()
  turn = turn + 1
  local body = "language=fr&opened=%s&email=nouvelle" .. turn .. "%%40exemple.example"
  local headers = {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Forwarded-For"] = "10.0." .. math.floor(turn / 256) %% 256 .. "." .. turn %% 256
  }
  return wrk.format("POST", nil, headers, body)
end
"""
COUNT = """
from subscribers.models import Subscriber
print(Subscriber.objects.filter(email__startswith="nouvelle").count())
"""
# Faster than that is no person.
FILLING_IN_SECONDS = 4
BURST = 1_000


def main() -> None:
    with listen(8800) as listener:
        port = port_of(listener)
    environment = {
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "VEILLE_SECOND_STEP": "none",
        "VEILLE_QUEUE": "benchmark",
        "VEILLE_TRUSTED_PROXIES": "1",
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        a_sink(port) as sink,
        site.running(Path(folder), **environment) as address,
    ):
        site.manage("shell", "-v0", "-c", FILL)
        one_click = ONE_CLICK % (Path(folder) / "tokens")
        desk = DESK % (Path(folder) / "cookies")
        for path in ("/", "/numeros/12/", "/recherche/?q=sqlite", "/flux.atom"):
            print(f"GET {path}:", site.measure(address + path))
        _sign_ups(address)
        tokens = (Path(folder) / "tokens").read_text().split("\n")
        paths = [f"/desabonnement/{token}/un-clic" for token in tokens[-2 * BURST :]]
        print("the board of 50 editors:", site.measure(f"{address}/admin/", script=desk, rounds=1))
        print("one-click:", site.measure(address, script=one_click, connections=50, rounds=1))
        print("one-click,", burst(address, paths[:BURST], b"List-Unsubscribe=One-Click"))
        with _a_mailing_under_way(sink):
            print("during a mailing")
            print("  one-click:", site.measure(address, script=one_click, connections=50, rounds=1))
            print("  one-click,", burst(address, paths[BURST:], b"List-Unsubscribe=One-Click"))
            print("  the board of 50 editors:", site.measure(f"{address}/admin/", script=desk, rounds=1))


def _sign_ups(address: str) -> None:
    """Fill in the form for other sites, with the time stamp that it came with; say how many it took."""
    form = f"{address}/inscription/cadre/"
    with urllib.request.urlopen(form) as page:  # noqa: S310
        stamp = re.search(r'name="opened" value="([^"]+)"', page.read().decode())
    assert stamp  # noqa: S101 - the form's own field
    time.sleep(FILLING_IN_SECONDS)
    figures = site.measure(form, script=SIGN_UP % quote(stamp[1]), rounds=1)
    taken = int(site.manage("shell", "-v0", "-c", COUNT))
    print(f"sign-ups (POST): {figures}; {taken} taken, the others asked a sum")


@contextmanager
def _a_mailing_under_way(sink: Sink) -> Iterator[None]:
    """Send issue 12 to whoever is left, by one worker, while the block runs; say how many went out."""
    site.manage("shell", "-v0", "-c", MAIL)
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "veille", "worker", "--pool", "solo"]
    with (Path(os.environ["VEILLE_DATA_DIR"]) / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=site.ROOT, stdout=log, stderr=log)
    try:
        before = sink.count()
        yield
        print(f"  mails that went out meanwhile: {sink.count() - before}")
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    try:
        main()
    except (site.Missing, BenchmarkError) as error:
        sys.exit(f"benchmarks/load: {error}")
