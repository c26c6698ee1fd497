"""`manage.py demo`: the whole house in one command."""

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from veille.embedded import logins
from veille.embedded.ports import HOST, listen, port_of
from veille.embedded.supervisor import ChildStopped, Supervisor

WEB_PORT, MAILBOX_PORT = 8000, 1025


class Command(BaseCommand):
    help = (
        "Run the whole house on this machine: web, worker, scheduler and a mailbox that keeps every mail. "
        "The first start makes a sample newsroom. Ctrl-C ends it; the next start goes on where it was."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=WEB_PORT, help="of the site, or the next free one")
        parser.add_argument("--no-sample", action="store_true", help="start with an empty newsroom")

    def handle(self, *, port: int, no_sample: bool, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        data = Path(settings.DATA_DIR)
        with _only_one(data / "demo.lock"):
            self._run(data, port=port, sample=not no_sample)

    def _run(self, data: Path, *, port: int, sample: bool) -> None:
        with _web_listener(data / "demo.port", port) as web, listen(MAILBOX_PORT) as mail:
            self._run_on(web, mail, data, sample=sample)

    def _run_on(self, web: socket.socket, mail: socket.socket, data: Path, *, sample: bool) -> None:
        site = f"http://{HOST}:{port_of(web)}"
        env = _environment(data, site=site, mail=port_of(mail))
        house = Supervisor(data, cwd=settings.BASE_DIR, env=env)
        house.end_leftovers()
        # What an earlier run left in the queue is not needed: the database knows what is to be done.
        shutil.rmtree(data / "broker", ignore_errors=True)
        try:
            self._prepare(env, sample=sample)
            self._start(house, data, web=web, mail=mail)
            self._welcome(site, data)
            house.watch()
        except KeyboardInterrupt:
            self.stdout.write("\n" + _("Ending…"))
        except ChildStopped as stopped:
            raise CommandError(
                _("%(name)s stopped by itself (code %(code)s), so everything ends. Its log, %(log)s, says:")
                % {"name": stopped.name, "code": stopped.code, "log": stopped.log}
                + f"\n\n{stopped.last_lines()}"
            ) from None
        except TimeoutError as error:
            raise CommandError(f"{error}. {house.logs}") from None
        finally:
            house.stop()
        self.stdout.write(_("Ended. The next start goes on from here."))

    def _prepare(self, env: dict[str, str], *, sample: bool) -> None:
        steps = {_("Database"): ["migrate", "-v0"], _("Static files"): ["collectstatic", "--noinput", "-v0"]}
        if sample:
            steps[_("Sample newsroom")] = ["sample"]
        for label, step in steps.items():
            self.stdout.write(f"  {label}…")
            # In a session of its own too: Ctrl-C reaches us alone, and `run` ends it.
            done = subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", *step],
                cwd=settings.BASE_DIR,
                env=env,
                check=False,
                start_new_session=True,
            )
            if done.returncode:
                raise CommandError(_("%(step)s failed; see above.") % {"step": label})

    def _start(self, house: Supervisor, data: Path, *, web: socket.socket, mail: socket.socket) -> None:
        python, celery = [sys.executable, "-m"], [sys.executable, "-m", "celery", "-A", "veille"]
        keeper = [*python, "veille.mailbox.server", "--fd", str(mail.fileno()), str(_mailbox(data))]
        house.start("mailbox", keeper, listener=mail)
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        house.start("worker", [*celery, "worker", "--pool", "solo", *quiet])
        house.start("beat", [*celery, "beat", "--pidfile", ""])
        gunicorn = ["gunicorn", "veille.wsgi", "--bind", f"fd://{web.fileno()}", "--threads", "8"]
        quiet = ["--no-control-socket", "--graceful-timeout", "5", "--limit-request-line", "8190"]
        log = ["--access-logfile", "-", "--logger-class", "veille.watching.access_log.Logger"]
        house.start("web", [*python, *gunicorn, *quiet, *log], listener=web)
        house.wait_until(lambda: _healthy(port_of(web)))

    def _welcome(self, site: str, data: Path) -> None:
        write, bold = self.stdout.write, self.style.SUCCESS
        write("\n" + bold(_("Veille is running.")) + "\n")
        places = {
            _("The desk"): "/admin/",
            _("Who writes what"): "/veille/sujets/",
            _("The public site"): "/",
            _("The mailbox"): "/boite/",
        }
        width = max(map(len, places)) + 2
        for label, path in places.items():
            write(f"  {label:<{width}}{bold(site + path)}")
        accounts = logins.read(data)
        if accounts:
            write("\n" + _("Who can log in at the desk:"))
            for login in accounts:
                write(f"  {login.username:<10} {login.password:<18} {login.role}")
        write("\n" + _("Logs are in %(folder)s. Ctrl-C ends everything.") % {"folder": data / "log"})


def _environment(data: Path, *, site: str, mail: int) -> dict[str, str]:
    """What the children read. Mail always goes to the mailbox: a demonstration writes to nobody."""
    return os.environ | {
        "SITE_URL": site,
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "EMAIL_URL": f"smtp://{HOST}:{mail}",
        # Whoever looks around has no phone to set up; said in .env or before the command, it is asked for.
        "VEILLE_SECOND_STEP": os.environ.get("VEILLE_SECOND_STEP", "none"),
        "VEILLE_MAILBOX_DIR": str(_mailbox(data)),
        "VEILLE_DATA_DIR": str(data),
        "PYTHONUNBUFFERED": "1",
    }


def _mailbox(data: Path) -> Path:
    return data / "mailbox"


def _web_listener(memory: Path, wanted: int) -> socket.socket:
    """Take the site's port: the one of last time if it can be had, since links in mails hold it."""
    try:
        last = [int(memory.read_text())]
    except (FileNotFoundError, ValueError):
        last = []
    listener = listen(*(last if wanted == WEB_PORT else []), wanted)
    memory.write_text(str(port_of(listener)))
    return listener


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        # Mails that an earlier run left wait for the worker that starts now.
        connection.request("GET", "/readyz?exclude=mailings")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _only_one(path: Path) -> TextIO:
    """Hold the lock of this data folder until the file is closed. Raises `CommandError` if another does."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise CommandError(_("Veille runs here already: end the other one first.")) from None
    return file


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt
