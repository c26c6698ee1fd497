"""Celery tasks: they carry keys, may run twice, late, or elsewhere, and call the functions that know."""

import logging
import mmap
from typing import Any

from celery import shared_task
from celery.signals import worker_process_shutdown, worker_shutdown, worker_shutting_down
from django.conf import settings
from kombu.exceptions import OperationalError

from . import dispatch as dispatching
from . import own_data
from .answers import forwarding
from .bounces import mailbox, quarantine
from .send import send_batch as send
from .transports import close_kept_transport
from .welcome import sending as welcoming

logger = logging.getLogger(__name__)

# A line that was cut is found again at once; a broker that is away is left to the scheduler.
_AGAIN = {"max_retries": 3, "interval_start": 0, "interval_step": 0.5}
# One byte that the processes of a pool share with their parent, which alone hears of the end.
_shutting_down = mmap.mmap(-1, 1)


@shared_task(name="mailings.dispatch")
def dispatch() -> None:
    """Hand out the batches that wait. Those that the broker did not take are handed out by who comes next."""
    chosen = dispatching.dispatch()
    for place, batch_id in enumerate(chosen):
        try:
            send_batch.apply_async((batch_id,), retry=True, retry_policy=_AGAIN)
        except OperationalError:
            dispatching.forget_announcements(chosen[place:])
            logger.warning("the broker is away; the scheduler will find what waits", exc_info=True)
            return


@shared_task(name="mailings.send_batch")
def send_batch(batch_id: int) -> None:
    """Send one batch, then look for more."""
    try:
        sent = send(batch_id, should_stop=_must_stop)
    except MemoryError as error:
        # Celery would take it for the end of the whole worker, and that of the other batches.
        raise RuntimeError(f"no memory left for batch {batch_id}") from error
    if sent and not _must_stop():
        # Here and now: a task for it would only be one more to wait for.
        dispatch()


@shared_task(name="mailings.send_reader_reply")
def send_reader_reply(reply_id: int) -> None:
    """Send a reader's words to the authors of a section, if they wait."""
    try:
        forwarding.send(reply_id)
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="mailings.send_waiting_replies")
def send_waiting_replies() -> None:
    """Send the readers' words that a lost task or a mail server's refusal left behind."""
    try:
        forwarding.send_waiting()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="mailings.act_on_released_bounces")
def act_on_released_bounces() -> None:
    """Act on bounces that were held and a person believed, some hundred at a time."""
    if quarantine.act_on_released() == quarantine.AT_ONCE:
        act_on_released_bounces.delay()


@shared_task(name="mailings.fetch_bounces")
def fetch_bounces() -> None:
    """Read what came back to the mailbox of VEILLE_BOUNCE_IMAP_URL, if there is one."""
    if not settings.VEILLE_BOUNCE_IMAP_URL:
        return
    try:
        logger.info("Bounces fetched: %s.", mailbox.fetch() or "none")
    except mailbox.MailboxAway as error:
        logger.warning("The mailbox for bounces: %s. The scheduler tries again.", error)


@shared_task(name="mailings.send_welcome")
def send_welcome(subscriber_id: int) -> None:
    """Greet a reader who has just joined, if they wait for it."""
    try:
        welcoming.send(subscriber_id)
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="mailings.send_waiting_welcomes")
def send_waiting_welcomes() -> None:
    """Greet those whom a lost task or a mail server's refusal left behind."""
    try:
        welcoming.send_waiting()
    except OSError as error:
        logger.warning("No mail server: %s. The scheduler tries again.", error)


@shared_task(name="mailings.forget_old")
def forget_old() -> None:
    """Take the names out of mailings that ended a year ago, and forget old greetings. Harmless twice."""
    logger.info("Deliveries without a name from now on: %s.", own_data.forget_old())
    logger.info("Greetings forgotten: %s.", welcoming.forget_old())


def _must_stop() -> bool:
    return _shutting_down[0] != 0


@worker_shutting_down.connect
def end_after_this_message(**kwargs: Any) -> None:
    _shutting_down[0] = 1


@worker_process_shutdown.connect
@worker_shutdown.connect
def take_leave(**kwargs: Any) -> None:
    close_kept_transport()
