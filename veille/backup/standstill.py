"""What must not go on by itself in a restored database: it knows nothing of what happened since.

Readers may have had the mail already, and the machine may be one on which somebody only looks whether
the backup can be read. So a person resumes, and a person schedules again.
"""

from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from issues.models import Issue
from mailings.models import JournalEntry, Mailing

# So many numbers a second are set apart: more than are used, mailings and years taken together.
NUMBERS_A_SECOND = {"mailings.mailing": 1, "mailings.delivery": 1_000}


def pause_mailings(apps: Apps, made_at: datetime) -> list[int]:
    """Pause the mailings in flight, with the reason. Gives the numbers of their issues."""
    with override(settings.LANGUAGE_CODE):
        reason = _(
            "This comes from a backup of %(date)s: readers may have got the mail since. "
            "Once resumed, some may get it twice."
        ) % {"date": _local(made_at)}
    mailings: Any = apps.get_model("mailings.mailing")._base_manager
    in_flight = mailings.filter(state=Mailing.State.SENDING)
    found = list(in_flight.order_by("issue__number").values_list("pk", "issue__number"))
    in_flight.update(state=Mailing.State.PAUSED, reason=reason, faults_in_a_row=0, recent_faults=[])
    journal: Any = apps.get_model("mailings.journalentry")
    now = timezone.now()
    journal._base_manager.bulk_create(
        journal(
            mailing_id=key,
            action=JournalEntry.Action.PAUSE,
            origin=JournalEntry.Origin.ENGINE,
            reason=reason,
            created_at=now,
        )
        for key, _number in found
    )
    return [number for _key, number in found]


def unschedule_issues(apps: Apps, made_at: datetime) -> list[int]:
    """Leave scheduled issues approved, and say why in their thread. Gives their numbers."""
    with override(settings.LANGUAGE_CODE):
        comment = _("This comes from a backup of %(date)s, and was scheduled. Was it published since?") % {
            "date": _local(made_at)
        }
    scheduled: Any = apps.get_model("issues.issue")._base_manager.filter(state=Issue.State.SCHEDULED)
    found = list(scheduled.order_by("number").values_list("pk", "number"))
    review: Any = apps.get_model("issues.review")
    now = timezone.now()
    review._base_manager.bulk_create(
        review(
            issue_id=key,
            from_state=Issue.State.SCHEDULED,
            to_state=Issue.State.APPROVED,
            comment=comment,
            created_at=now,
        )
        for key, _number in found
    )
    scheduled.update(state=Issue.State.APPROVED, scheduled_for=None, scheduled_by=None)
    return [number for _key, number in found]


def leap_numbers(apps: Apps) -> None:
    """Let new mailings and deliveries be numbered by the clock, from now on.

    The Message-ID of a mail is made of the two. Those that went out after the backup have numbers that the
    database does not know; a mailbox that saw one of them would drop another mail of the same name. By the
    clock they differ too when the same backup is restored a second time.
    """
    for label, a_second in NUMBERS_A_SECOND.items():
        model: Any = apps.get_model(label)
        table = model._meta.db_table
        highest = model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0
        start = max(highest, int(timezone.now().timestamp()) * a_second)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, start])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, start])


def _local(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
