"""The one conditional UPDATE before each hand-over: cursor, heartbeat, fence, pause and consent at once.

No row updated: another worker has the batch, somebody stopped the mailing, or the reader left or
paused; then nothing is handed over. It is asked while the text goes over the wire, and answered before
its end does. Committed one by one, so written past the ORM: through it each would cost what a whole
message may.
"""

from typing import Protocol
from weakref import WeakSet

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from psycopg import pq

from subscribers.models import Subscriber

from .models import Batch, Mailing

_ADVANCE = """
    UPDATE {batch}
    SET handed_from = {first}, cursor = {last}, lease_until = {lease}, suspected_until = NULL
    WHERE id = {pk} AND owner = {owner}
    AND EXISTS (SELECT 1 FROM {mailing} WHERE id = mailing_id AND state = '{sending}')
    AND ({reader} IS NULL OR EXISTS (
        SELECT 1 FROM {subscriber} WHERE id = {reader} AND state = '{active}'
        AND (paused_until IS NULL OR paused_until <= {now})
    ))
"""


class Fence(Protocol):
    """Says, for one batch and its owner, whether the next unit may be handed over."""

    def ask(self, first: int, last: int, reader: int | None) -> None:
        """Ask for the positions `first` to `last`. Of one reader the consent is asked too."""

    def passed(self) -> bool:
        """Wait for the answer: whether the cursor stands there now. Raises OperationalError."""


def fence_of(batch: Batch, owner: str) -> Fence:
    """Give the fence of a claimed batch."""
    kind = _PostgresFence if connection.vendor == "postgresql" else _SqliteFence
    return kind(batch.pk, owner)


class _PostgresFence:
    """Asks through libpq without waiting, so that the answer comes while the text leaves."""

    _NAME = b"mailings_fence"
    # Prepared once on each connection; it goes with it.
    _prepared: WeakSet[pq.abc.PGconn] = WeakSet()

    def __init__(self, batch: int, owner: str) -> None:
        self._constant = [str(batch).encode(), owner.encode()]
        self._database = connections[DEFAULT_DB_ALIAS]

    def ask(self, first: int, last: int, reader: int | None) -> None:
        changing = [str(first).encode(), str(last).encode(), None if reader is None else str(reader).encode()]
        with self._database.wrap_database_errors:
            libpq = self._connection()
            if libpq not in self._prepared:
                _checked(libpq.prepare(self._NAME, self._statement()))
                self._prepared.add(libpq)
            libpq.send_query_prepared(self._NAME, [*self._constant, *changing])
            libpq.flush()

    def passed(self) -> bool:
        updated = 0
        with self._database.wrap_database_errors:
            libpq = self._connection()
            while result := libpq.get_result():
                updated = _checked(result).command_tuples or 0
        return updated == 1

    def _connection(self) -> pq.abc.PGconn:
        self._database.ensure_connection()
        libpq: pq.abc.PGconn = self._database.connection.pgconn
        return libpq

    @staticmethod
    def _statement() -> bytes:
        statement = _filled(
            pk="$1::bigint",
            owner="$2::text",
            first="$3::integer",
            last="$4::integer",
            reader="$5::bigint",
            now="statement_timestamp()",
            lease="statement_timestamp() + interval '15 minutes'",
        )
        if not settings.VEILLE_SYNCHRONOUS_COMMIT:
            # For this statement's own transaction alone: acceptances are written durably all the same.
            statement += " AND set_config('synchronous_commit', 'off', true) IS NOT NULL"
        return statement.encode()


def _checked(result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise OperationalError(result.get_error_message())
    return result


class _SqliteFence:
    """Asks when it is asked: the file is here, and waiting for it is all there is."""

    def __init__(self, batch: int, owner: str) -> None:
        self._constant = {"pk": batch, "owner": owner}
        self._updated = 0

    def ask(self, first: int, last: int, reader: int | None) -> None:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            self._updated = connection.connection.execute(
                _SQLITE_STATEMENT, {**self._constant, "first": first, "last": last, "reader": reader}
            ).rowcount

    def passed(self) -> bool:
        return self._updated == 1


def _filled(**places: str) -> str:
    return _ADVANCE.format(
        batch=Batch._meta.db_table,
        mailing=Mailing._meta.db_table,
        subscriber=Subscriber._meta.db_table,
        sending=Mailing.State.SENDING.value,
        active=Subscriber.State.ACTIVE.value,
        **places,
    )


_SQLITE_STATEMENT = _filled(
    pk=":pk",
    owner=":owner",
    first=":first",
    last=":last",
    reader=":reader",
    now="strftime('%Y-%m-%d %H:%M:%f', 'now')",
    lease="strftime('%Y-%m-%d %H:%M:%f', 'now', '+15 minutes')",
)
