"""The broker: it can be reached, and its queue is not growing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError
from kombu.transport.virtual import Channel as VirtualChannel

from veille.celery import app

from .net import SECONDS, is_this_machine, reason, within
from .registry import Examination, Finding, error, info, ok, register, warning

# A burst of sign-ups or batches is read within seconds; that much waits where nobody reads.
LONG_QUEUE = 500
# Connecting, then asking for the queue.
_PATIENCE = 2 * SECONDS


class BrokerAway(Exception):
    """The broker cannot be reached; the text says why."""


@contextmanager
def connected() -> Iterator[Any]:
    """A connection to the broker, opened within some seconds. Raises BrokerAway."""
    connection = app.connection_for_write(connect_timeout=SECONDS)
    try:
        # Without these limits kombu tries for ever, and so would whatever uses the connection.
        once = partial(connection.ensure_connection, max_retries=1, interval_start=0, timeout=int(SECONDS))
        within(SECONDS, once)
    # Transports raise what their libraries raise: a wrong password, for one.
    except Exception as failure:
        raise BrokerAway(reason(failure.__cause__ or failure)) from None
    try:
        yield connection
    finally:
        connection.release()


@register("broker.answers", "broker.away", "broker.long-queue", "broker.no-queue", "broker.files")
def queue(examination: Examination) -> Iterator[Finding]:
    """It answers; the queue is there, and short."""
    try:
        with connected() as connection:
            kind = connection.transport.driver_type
            waiting = within(_PATIENCE, lambda: _waiting(connection.default_channel))
    except (BrokerAway, OSError, KombuError) as failure:
        yield error(
            "broker.away",
            _("The broker cannot be reached: %(reason)s.") % {"reason": reason(failure).rstrip(".")},
            _("Start it, or correct CELERY_BROKER_URL. Mailings wait in the database, and go out then."),
        )
        return
    if waiting is None:
        yield warning(
            "broker.no-queue",
            _("The broker answers (%(kind)s), and has no queue “%(queue)s”: no worker ever listened to it.")
            % {"kind": kind, "queue": settings.CELERY_TASK_DEFAULT_QUEUE},
            _("Start a worker, with the same VEILLE_QUEUE."),
        )
    elif waiting > LONG_QUEUE:
        yield warning(
            "broker.long-queue",
            _("Tasks in the queue: %(number)d. Nobody takes them, or too slowly.") % {"number": waiting},
            _("Look at the workers’ logs; restart them if they take nothing."),
        )
    else:
        yield ok(
            "broker.answers",
            _("The broker answers (%(kind)s); tasks in the queue: %(number)d.")
            % {"kind": kind, "number": waiting},
        )
    if kind == "filesystem" and not is_this_machine(settings.SITE_DOMAIN):
        yield info(
            "broker.files",
            _("The queue is files: site, worker and scheduler must run on one machine."),
            _("For more, set CELERY_BROKER_URL to RabbitMQ or Redis."),
        )


def _waiting(channel: Any) -> int | None:
    """Give how many tasks wait in our queue; None if there is no such queue."""
    name = settings.CELERY_TASK_DEFAULT_QUEUE
    if isinstance(channel, VirtualChannel):
        # Redis keeps no empty queue, and neither do files: nothing there is nothing waiting.
        return int(channel._size(name))
    try:
        return int(channel.queue_declare(name, passive=True).message_count)
    except channel.connection.channel_errors:
        return None
