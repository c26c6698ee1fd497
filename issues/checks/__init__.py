"""What stops an approval, and what an editor should know before it.

One registry in the manner of Django's system checks. Errors block, warnings are acknowledged by name, infos
are shown. Each message leads to the place that it is about.
"""

from . import envelope, headings, links, measures, nesting, pictures, sections, sequences  # noqa: F401 # they register
from .registry import CheckMessage, register, registered_ids
from .report import Counts, Report, count, report, reports

__all__ = [
    "CheckMessage",
    "Counts",
    "Report",
    "count",
    "register",
    "registered_ids",
    "report",
    "reports",
]
