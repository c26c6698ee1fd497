"""The clock of this machine against that of the database, by which mailings are timed."""

import time
from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from .registry import Examination, Finding, error, ok, register, warning

# Beyond the first, times on the desk look wrong; beyond the second, codes for logging in are refused.
WARN_SECONDS, ERROR_SECONDS = 2.0, 30.0


@register("clock.agrees", "clock.differs", "clock.wrong")
def against_the_database(examination: Examination) -> Iterator[Finding]:
    """Both clocks agree, but for the time that the question takes."""
    if connection.vendor == "sqlite":
        yield ok("clock.agrees", _("The database has the clock of this machine."))
        return
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
        after = time.time()
    yield verdict(theirs - (before + after) / 2, asked_for=after - before)


def verdict(difference: float, *, asked_for: float) -> Finding:
    """Judge the seconds that the database is ahead, known as well as the question was fast."""
    apart = max(0.0, abs(difference) - asked_for / 2)
    said = _("This machine and the database differ by %(seconds).1f s.") % {"seconds": apart}
    if apart < WARN_SECONDS:
        return ok("clock.agrees", said)
    todo = _("Keep both on time (systemd-timesyncd, chrony): mailings are timed by the database’s clock.")
    if apart < ERROR_SECONDS:
        return warning("clock.differs", said, todo)
    return error("clock.wrong", said, todo)
