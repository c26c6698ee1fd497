"""Whether the parts that the house stands on do their work."""

import time
from threading import Lock

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection

from mailings.models import Mailing
from veille.schema_state import schema_state

PARTS = ("database", "migrations", "broker", "mailings")

# Anybody may ask, and each look opens a connection to the broker.
_KEPT_SECONDS = 2.0
# A look that hangs blocks one thread, not all: the others tell what was seen up to so long ago.
_OLD_SECONDS = 15.0


class Readiness:
    """What fails, looked at every two seconds at the most."""

    def __init__(self) -> None:
        self._failing: tuple[str, ...] = ()
        self._looked_at = float("-inf")
        self._looking = Lock()

    def failing(self) -> tuple[str, ...]:
        """Give the parts that fail; not those that cannot be asked without the database."""
        age = time.monotonic() - self._looked_at
        if age > _KEPT_SECONDS and self._looking.acquire(blocking=age > _OLD_SECONDS):
            try:
                if time.monotonic() - self._looked_at > _KEPT_SECONDS:
                    self._failing = failing_now()
                    self._looked_at = time.monotonic()
            finally:
                self._looking.release()
        return self._failing


def failing_now() -> tuple[str, ...]:
    """Look at each part. Gives those that fail.

    `migrations` means that the database lacks some that this code has; `mailings` that batches wait and
    that no worker has taken any for two minutes.
    """
    broker = () if _broker_answers() else ("broker",)
    try:
        if not _database_answers():
            return ("database", *broker)
        if schema_state().waiting:
            return ("migrations", *broker)
        stalled = ("mailings",) if Mailing.objects.stalled().exists() else ()
    except DatabaseError:
        connection.close()
        return ("database", *broker)
    return (*broker, *stalled)


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker_answers() -> bool:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **settings.VEILLE_PUBLISH_OPTIONS}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            broker.ensure_connection(max_retries=0, timeout=settings.CELERY_BROKER_CONNECTION_TIMEOUT)
    # Whatever the broker's client raises.
    except Exception:
        return False
    return True
