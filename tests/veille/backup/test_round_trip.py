"""What is backed up comes back: every row, every file, to the microsecond; what sends mail stands still."""

import os
import stat
import tarfile
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from issues import workflow
from issues.models import Issue, Rendition, Review, Section
from issues.search.finding import Wanted, find
from mailings import control
from mailings.dispatch import dispatch
from mailings.models import Batch, Delivery, JournalEntry, Mailing
from subscribers.models import Import, Subscriber, Suppression
from subscribers.suppression import suppress
from tests.factories import IssueFactory, SubscriberFactory, a_published_issue, an_editor
from tests.mailings.conftest import approve, publish
from tests.veille.backup.commands import backup, manifest_of, restore
from tests.veille.backup.filling import AT, LATER, all_models, digest, fill, media
from veille.backup.standstill import leap_numbers
from veille.backup.tables import LEFT_OUT
from veille.models import Heartbeat
from veille.watching.models import TaskFailures

# Rows that other people's libraries keep and this house never writes.
NEVER_WRITTEN: set[str] = set()

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_comes_back(archive, empty):
    fill()
    before, pictures = digest(), media()
    list_of_readers = Import.objects.get().path.read_bytes()
    assert [model._meta.label for model in all_models() if not has_rows(model)] == []
    assert pictures
    backup(archive)
    empty()
    assert restore(archive)
    assert digest() == before
    assert media() == pictures
    assert Import.objects.get().path.read_bytes() == list_of_readers
    assert Subscriber.objects.get(name__startswith="Zoé").created_at == AT
    # Whoever had an account can still log in, and a role is still a role.
    editor = an_old_editor()
    assert editor.check_password("secret")
    assert editor.has_perm("issues.edit_issues")
    # Nobody was written to, and nothing happened a second time.
    assert mail.outbox == []
    # A second backup is the first one again.
    again = archive.with_name("again.tar.gz")
    backup(again)
    assert manifest_of(again)["tables"] == manifest_of(archive)["tables"]
    assert manifest_of(again)["files"] == manifest_of(archive)["files"]


def has_rows(model):
    """Whether there is something of this to lose."""
    return model._base_manager.exists() or model._meta.label_lower in LEFT_OUT | NEVER_WRITTEN


def an_old_editor():
    return Review.objects.filter(comment="Une source ?").get().actor


def test_what_is_restored_can_be_found_and_goes_on(archive, empty):
    section = fill().issue.sections.get()
    backup(archive)
    empty()
    restore(archive)
    assert find(Wanted.read("paragraphe")) == [section.pk]
    # New rows are numbered after the old ones, mailings by the clock; and the roles have their rights.
    highest = Section.objects.order_by("pk").last().pk
    mailing = publish(IssueFactory(number=61_002))
    assert mailing.issue.sections.get().pk > highest
    assert mailing.pk >= AT.timestamp()


def a_mailing(number, **fields):
    """A mailing to one reader, nothing of which was sent."""
    issue = a_published_issue(number=number)
    mailing = Mailing.objects.create(issue=issue, digest=f"{number:064x}", planned=1, **fields)
    batch = Batch.objects.create(mailing=mailing, number=1, size=1)
    Delivery.objects.create(mailing=mailing, batch=batch, position=1, subscriber=SubscriberFactory())
    return mailing


def test_mailings_in_flight_come_back_paused_on_a_machine_that_knows_nothing_of_them(archive, empty):
    a_mailing(61_003)
    a_mailing(61_004, state="paused", reason="à relire")
    backup(archive)
    empty()
    said = restore(archive)
    assert "61003" in said
    assert "61004" not in said
    mailing = Mailing.objects.get(issue__number=61_003)
    assert (mailing.state, bool(mailing.reason)) == ("paused", True)
    entry = JournalEntry.objects.get()
    assert (entry.mailing, entry.action, entry.origin) == (mailing, "pause", "engine")
    assert entry.reason == mailing.reason
    assert Mailing.objects.get(issue__number=61_004).reason == "à relire"
    assert dispatch() == []
    # A person's word, and it goes on.
    control.resume(mailing, by=an_editor())
    assert dispatch() == [mailing.batches.get().pk]


def test_a_scheduled_issue_waits_for_a_person(archive, empty):
    issue = IssueFactory(number=61_004)
    editor = approve(issue)
    workflow.schedule(issue, by=editor, at=timezone.now() + timedelta(seconds=60))
    backup(archive)
    empty()
    assert "61004" in restore(archive)
    issue = Issue.objects.get()
    assert (issue.state, issue.scheduled_for, issue.scheduled_by) == ("approved", None, None)
    assert issue.reviews.order_by("pk").last().comment
    assert issue.approved_digest
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert workflow.publish_due() == []


def test_new_mails_never_bear_the_name_of_one_that_was_sent_before_a_backup_came_back():
    names = []
    for minutes in (1, 2):
        # What came back is older than what was sent.
        Mailing.objects.all().delete()
        Rendition.objects.all().delete()
        Issue.objects.all().delete()
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            leap_numbers(apps)
        names += [name_of_a_new_mail(61_006), name_of_a_new_mail(61_007)]
    deliveries, mailings = zip(*names, strict=True)
    assert len(set(deliveries)) == len(set(mailings)) == 4


def name_of_a_new_mail(number):
    delivery = a_mailing(number).deliveries.get()
    return delivery.pk, delivery.mailing_id


def test_sessions_and_witnesses_are_not_in_it(archive, client):
    client.force_login(an_editor())
    assert Session.objects.exists()
    witness = django_settings.DATA_DIR / "mailings" / "a-witness"
    witness.parent.mkdir(parents=True, exist_ok=True)
    witness.write_text("1 1 1")
    backup(archive)
    witness.unlink()
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert not [name for name in names if "session" in name or "witness" in name]


def test_no_secret_is_in_it(archive, settings):
    settings.VEILLE_BOUNCE_KEY = "la clef des retours"
    suppress("partie@exemple.example", Suppression.Reason.ERASED)
    backup(archive)
    with tarfile.open(archive) as tar:
        content = b"".join(tar.extractfile(member).read() for member in tar)
    for secret in (settings.SECRET_KEY, settings.VEILLE_SUPPRESSION_KEY, settings.VEILLE_BOUNCE_KEY):
        assert secret.encode() not in content


def test_other_keys_are_warned_of_by_their_names(archive, empty, settings):
    backup(archive)
    empty()
    settings.VEILLE_SUPPRESSION_KEY = "another"
    said = restore(archive)
    assert "VEILLE_SUPPRESSION_KEY" in said
    assert "VEILLE_BOUNCE_KEY" not in said
    settings.VEILLE_BOUNCE_KEY = "another"
    assert "VEILLE_BOUNCE_KEY" in restore(archive)


def test_a_former_secret_is_known(archive, empty, settings):
    backup(archive)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 60
    assert "VEILLE_BOUNCE_KEY" not in restore(archive)


def test_it_is_for_us_alone_and_writes_over_nothing(archive):
    mask = os.umask(0)
    try:
        backup(archive)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    first = archive.read_bytes()
    with pytest.raises(CommandError, match="--force"):
        backup(archive)
    assert archive.read_bytes() == first
    backup(archive, "--force")
    assert list(archive.parent.iterdir()) == [archive]


def test_in_a_folder_it_is_named_by_the_time(archive):
    backup(archive.parent)
    (made,) = archive.parent.iterdir()
    assert made.name.startswith(f"veille-{timezone.localtime():%Y-%m-}")


def test_it_goes_nowhere_where_everybody_can_read_it(settings):
    with pytest.raises(CommandError, match="media"):
        backup(f"{settings.MEDIA_ROOT}/backup.tar.gz")


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        backup(tmp_path / "nowhere" / "veille.tar.gz")


def test_others_write_while_it_is_read_and_it_is_of_one_moment(archive, monkeypatch, empty):
    """A reader joins in the middle, by another connection: she is in the database, and not in the archive."""
    from veille.backup import writing

    SubscriberFactory()
    add_table, joined = writing._add_table, []

    def slowly(tar, table, scratch):
        saved = add_table(tar, table, scratch)
        if not joined:
            joined.append(True)
            other = connection.copy()
            try:
                with other.cursor() as cursor:
                    cursor.execute("UPDATE subscribers_subscriber SET name = 'après'")
            finally:
                other.close()
        return saved

    monkeypatch.setattr(writing, "_add_table", slowly)
    backup(archive)
    assert Subscriber.objects.get().name == "après"
    empty()
    restore(archive)
    assert Subscriber.objects.get().name == ""


def test_a_house_where_a_worker_was_started_is_empty_still(archive, empty):
    """Who starts everything before the restoration has a sign of life there, and a login that failed."""
    fill()
    Heartbeat.objects.create(organ="worker", at=AT)
    AccessAttempt.objects.create(username="une devinette", attempt_time=AT, failures_since_start=1)
    backup(archive)
    empty()
    Heartbeat.objects.create(organ="worker", at=LATER)
    TaskFailures.objects.create(task="mailings.dispatch", count=1)
    restore(archive)
    assert Heartbeat.objects.get().at == LATER
    assert not AccessAttempt.objects.exists()
