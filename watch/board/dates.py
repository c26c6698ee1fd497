"""Until when something is to be heard of a subject."""

from datetime import datetime, timedelta

from issues.models import Issue

# So many days before the issue's deadline a section is to be begun.
BEFORE_DEADLINE = timedelta(days=5)


def default_due(issue: Issue | None, *, at: datetime) -> datetime | None:
    """Five days before the issue's deadline; once that is over the deadline; None where there is neither."""
    if issue is None or issue.deadline is None:
        return None
    days = (issue.deadline - BEFORE_DEADLINE, issue.deadline)
    return next((day for day in days if day > at), None)
