"""Notice a database that was put back to an earlier state, before it mails anybody again.

A restored backup knows nothing of what was sent since it was made. So each machine that sends writes
down, outside the database, how far it came; a database that knows less than that is an older one.
"""

import logging
import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from .breaker import stop
from .models import SURVIVORS_COME_BACK, Batch, Mailing

logger = logging.getLogger(__name__)


def remember(batch: Batch, position: int) -> None:
    """Write down that a message of a batch was handed over. Call after its cursor is committed."""
    file = _file_of(batch.mailing)
    draft = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(f"{batch.mailing.resumes} {batch.number} {position}")
        draft.replace(file)
    except OSError:
        # The mail matters more than the witness.
        logger.warning("cannot write down how far mailing %s came", batch.mailing_id, exc_info=True)


def pause_if_restored(mailing: Mailing) -> bool:
    """Pause a mailing that the database remembers less far than this machine. True if it does.

    Resuming is a person's word that this is meant.
    """
    # The file before the row, or a message handed over in between would look like a restoration.
    try:
        resumes, number, position = map(int, _file_of(mailing).read_text().split())
    except (FileNotFoundError, ValueError):
        return False
    now = Mailing.objects.values_list("resumes", flat=True).get(pk=mailing.pk)
    if now > resumes:
        return False
    batch = mailing.batches.filter(number=number)
    if now == resumes and batch.filter(cursor__gte=position).exists():
        return False
    if batch.at_work(SURVIVORS_COME_BACK).exists():
        # The database died a moment ago, and who sends lives: it is about to say how far it came.
        return False
    stop(
        mailing,
        _(
            "The database is older than what was sent from here: was a backup restored? "
            "Once resumed, some readers will get the mail twice."
        ),
    )
    return True


def _file_of(mailing: Mailing) -> Path:
    return Path(settings.DATA_DIR) / "mailings" / mailing.digest
