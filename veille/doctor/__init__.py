"""Is this installation fit to send a newsletter? What was seen, and what to do about it.

One registry, one module a theme. Checks are independent: each runs in a thread of its own, one that fails
or hangs is itself a finding, and all end within half a minute. `docs/doctor.md` says what each finding means.
"""

from . import (  # noqa: F401 # they register
    broker,
    clock,
    configuration,
    database,
    files,
    mail,
    own_mail,
    sender,
    site,
    versions,
    workers,
)
from .registry import THEMES, Examination, Finding, Level, registered_ids
from .run import examine

__all__ = ["THEMES", "Examination", "Finding", "Level", "examine", "registered_ids"]
