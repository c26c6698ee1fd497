"""What the accounts leave behind, and is forgotten."""

from datetime import timedelta

from axes.models import AccessAttempt
from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

# Failed logins hold a network address and what was typed as a name; they count for a quarter of an hour.
KEPT = timedelta(hours=1)


@shared_task(name="authors.forget_old_logins")
def forget_old_logins() -> None:
    """Delete failed logins of an hour ago and sessions that ended. Harmless when run twice or late."""
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - KEPT).delete()
    SessionStore.clear_expired()
