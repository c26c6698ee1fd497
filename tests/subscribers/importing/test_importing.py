"""From a file to readers: who comes in, who does not, and what stays as evidence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from subscribers import suppression
from subscribers.exporting.writing import export
from subscribers.importing import bringing, files, reading, seen, steps, work
from subscribers.models import ConsentEvent, Import, Subscriber, Suppression, Transfer
from tests.factories import SubscriberFactory, an_author

MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,"
    "LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
    "zoe@example.org,Zoé,Morel,2,2021-03-02 10:00:00,,2021-03-02 11:16:57,,,,,,,,,2023-04-21 11:16:57,1,a,,"
    '"""vip"""\n'
)
# Each with who must become what.
FILES = {
    "mailchimp": (MAILCHIMP, {"zoe@example.org": ("Zoé Morel", "active")}),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        "u1,zoe@example.org,Zoé,{},enabled,2024-05-01T10:00:00Z,2024-05-02T10:00:00Z\n"
        "u2,noe@example.org,Noé,{},blocklisted,2024-05-01T10:00:00Z,2024-05-02T10:00:00Z\n",
        {"zoe@example.org": ("Zoé", "active"), "noe@example.org": ("Noé", "unsubscribed")},
    ),
    "listmonk-import": (
        'email,name,attributes\nzoe@example.org,Zoé,"{""a"": 1}"\n',
        {"zoe@example.org": ("Zoé", "active")},
    ),
    "substack": (
        "email,active_subscription,expiry,email_disabled,created_at\n"
        "zoe@example.org,false,,false,2024-05-01T10:00:00Z\n"
        "noe@example.org,false,,true,2024-05-01T10:00:00Z\n",
        {"zoe@example.org": ("", "active"), "noe@example.org": ("", "unsubscribed")},
    ),
    "substack-screen": (
        "Email,Name,Subscription type,Activity,Subscription date\nzoe@example.org,Zoé,Free,5,2024-05-01\n",
        {"zoe@example.org": ("Zoé", "active")},
    ),
    "ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,"
        "labels,products\n"
        "1,zoe@example.org,Zoé,,true,false,,2024-05-01T10:00:00Z,,,\n"
        "2,noe@example.org,Noé,,false,false,,2024-05-01T10:00:00Z,,,\n"
        "3,eve@example.org,Ève,,true,false,,2024-05-01T10:00:00Z,2024-06-01T10:00:00Z,,\n",
        {
            "zoe@example.org": ("Zoé", "active"),
            "noe@example.org": ("Noé", "unsubscribed"),
            "eve@example.org": ("Ève", "unsubscribed"),
        },
    ),
    "curated": (
        "Email Address,Subscribed at\nzoe@example.org,2024-05-01\n",
        {"zoe@example.org": ("", "active")},
    ),
}


def people():
    return {
        email: (name, state)
        for email, name, state in Subscriber.objects.values_list("email", "name", "state")
    }


def kinds(email):
    return list(ConsentEvent.objects.filter(subscriber__email=email).values_list("kind", flat=True))


@pytest.mark.parametrize("tool", FILES)
def test_the_files_of_each_tool_are_known_and_understood(desk, tool):
    content, expected = FILES[tool]
    task = desk.bring(content)
    assert (task.format, task.state) == (tool, "done")
    assert people() == expected


def test_the_dates_of_a_file_are_those_of_the_evidence(desk):
    desk.bring(MAILCHIMP)
    reader = Subscriber.objects.get()
    assert reader.confirmed_at.astimezone(UTC).date() == datetime(2021, 3, 2).date()
    event = reader.consent_events.get()
    assert event.kind == "brought"
    assert "Notre ancien site (2026-01-31), liste.csv, 2" in event.page
    assert event.by == desk.by


@pytest.mark.parametrize(("state", "kind"), [("unsubscribed", "left"), ("bounced", "bounced")])
def test_those_who_said_no_elsewhere_are_kept_as_such_and_were_never_confirmed(desk, state, kind):
    task = desk.bring(MAILCHIMP, state=state, filename="unsubscribed_members.csv")
    assert people() == {"zoe@example.org": ("Zoé Morel", state)}
    assert Subscriber.objects.get().confirmed_at is None
    assert kinds("zoe@example.org") == [kind]
    assert task.counts["noted"] == 1
    # Nobody brings them back with the next file.
    assert desk.bring("email\nzoe@example.org\n").counts["known"] == 1
    assert people()["zoe@example.org"][1] == state


def test_a_file_of_listmonk_is_asked_what_it_is_and_a_no_in_it_counts(desk):
    content, _expected = FILES["listmonk"]
    assert desk.upload(content).state == "uploaded"
    desk.bring(content, state="active")
    assert [state for _name, state in people().values()] == ["active", "unsubscribed"]
    # Those who left the list are "enabled" in its export.
    assert desk.bring(content, state="unsubscribed").counts == {"left": 1, "known": 1}


def test_a_check_says_what_would_be_done_and_writes_nobody(desk):
    SubscriberFactory(email="ici@example.org", state="active")
    suppression.suppress("jamais@example.org", Suppression.Reason.ERASED)
    task = desk.check(
        "email,nom\nzoe@example.org,Zoé\nZOE@Example.org,\nici@example.org,\nJamais@example.org,\n"
        "jörg@example.org,\nrien,\n,Personne\n\na@b.example,x,y\n"
    )
    assert task.state == "checked"
    assert task.foreseen == {
        "new": 1,
        "merged": 1,
        "known": 1,
        "suppressed": 1,
        "refused": 4,
    }
    assert task.refusals == [
        [6, "non_ascii_local_part"],
        [7, "invalid"],
        [8, "no_address"],
        [10, "too_many_cells"],
    ]
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize("state", ["unsubscribed", "bounced", "complained"])
def test_nobody_who_said_no_is_revived(desk, state):
    SubscriberFactory(email="zoe@example.org", state=state)
    suppression.suppress("noe@example.org", Suppression.Reason.ERASED)
    desk.bring("email\nzoe@example.org\nnoe@example.org\n")
    assert people() == {"zoe@example.org": (Subscriber.objects.get().name, state)}


def test_who_waits_for_a_confirmation_and_agreed_elsewhere_is_in(desk):
    SubscriberFactory(email="zoe@example.org", state="pending", confirmed_at=None)
    assert desk.bring("email\nzoe@example.org\n").counts == {"new": 1}
    assert people()["zoe@example.org"][1] == "active"
    assert kinds("zoe@example.org") == ["brought"]


def test_a_no_in_a_file_counts_unless_its_reader_confirmed_here_after_it(desk):
    before, after = SubscriberFactory(email="a@example.org"), SubscriberFactory(email="b@example.org")
    left_at = timezone.now() - timedelta(days=10)
    before.consent_events.create(kind="confirmed", at=left_at - timedelta(days=1))
    after.consent_events.create(kind="confirmed", at=left_at + timedelta(days=1))
    rows = "".join(f"u,{r.email},,{{}},blocklisted,,{left_at.isoformat()}\n" for r in (before, after))
    desk.bring("uuid,email,name,attributes,status,created_at,updated_at\n" + rows)
    assert (people()["a@example.org"][1], people()["b@example.org"][1]) == ("unsubscribed", "active")


def test_the_same_reader_in_several_rows_is_one_and_a_no_wins(desk, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    head = "uuid,email,name,attributes,status,created_at,updated_at\n"
    rows = [
        "1,zoe@example.org,,{},enabled,,",
        "2,ZOE@example.org,Zoé,{},enabled,,",
        "3,noe@example.org,,{},enabled,,",
        "4,eve@example.org,Ève,{},enabled,,",
        "5,Noe@example.org,Noé,{},enabled,,",
        "6,eve@example.org,,{},disabled,2025-01-01T00:00:00Z,2025-02-01T00:00:00Z",
    ]
    task = desk.bring(head + "\n".join(rows) + "\n")
    assert people() == {
        "zoe@example.org": ("Zoé", "active"),
        "noe@example.org": ("Noé", "active"),
        "eve@example.org": ("Ève", "unsubscribed"),
    }
    assert (task.counts["new"], task.counts["merged"]) == (3, 3)


def test_a_name_that_a_reader_gave_here_is_never_written_over(desk):
    SubscriberFactory(email="zoe@example.org", name="", state="active")
    SubscriberFactory(email="noe@example.org", name="Noé d’ici", state="active")
    desk.bring(
        "email,nom\nzoe@example.org,Zoé\nnoe@example.org,Autre\n", columns={"email": "email", "name": "nom"}
    )
    assert people() == {"zoe@example.org": ("", "active"), "noe@example.org": ("Noé d’ici", "active")}


class TestWhateverDies:
    CONTENT = "email\n" + "".join(f"lectrice{n}@example.org\n" for n in range(10))

    def confirmed(self, desk, monkeypatch):
        monkeypatch.setattr(work, "CHUNK", 3)
        task = desk.check(self.CONTENT)
        steps.confirm(task, by=desk.by)
        return task

    def test_what_stopped_in_the_middle_goes_on_and_each_row_counts_once(self, desk, monkeypatch):
        task = self.confirmed(desk, monkeypatch)
        real, calls = bringing.bring, []

        def die(arrivals, *args, **kwargs):
            calls.append(1)
            outcomes = real(arrivals, *args, **kwargs)
            if len(calls) == 2:
                raise MemoryError
            return outcomes

        monkeypatch.setattr(work, "bring", die)
        with pytest.raises(MemoryError):
            work.carry_on(task.pk)
        task.refresh_from_db()
        assert (task.cursor, Subscriber.objects.count()) == (3, 3)
        # Its lease is the dead worker's still.
        assert work.waiting() == []
        Import.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert work.waiting() == [task.pk]
        desk.work(task)
        assert (task.state, task.counts["new"], Subscriber.objects.count()) == ("done", 10, 10)
        assert ConsentEvent.objects.filter(kind="brought").count() == 10

    def test_a_worker_that_only_slept_writes_nothing_more(self, desk, monkeypatch):
        task = self.confirmed(desk, monkeypatch)
        # Somebody else claims it between two chunks.
        steal = work._chunk
        seen_chunks = []

        def stolen(*args):
            if len(seen_chunks) == 1:
                Import.objects.filter(pk=task.pk).update(owner="somebody else")
            seen_chunks.append(1)
            return steal(*args)

        monkeypatch.setattr(work, "_chunk", stolen)
        assert work.carry_on(task.pk)
        task.refresh_from_db()
        assert (task.cursor, task.owner, Subscriber.objects.count()) == (3, "somebody else", 3)

    def test_an_import_that_kills_its_worker_is_put_aside(self, desk, monkeypatch):
        task = self.confirmed(desk, monkeypatch)
        Import.objects.update(attempts=work.MAX_ATTEMPTS)
        assert work.waiting() == []
        task.refresh_from_db()
        assert task.state == "failed"
        assert "mis de côté" in task.error

    def test_a_file_that_is_gone_is_told(self, desk, monkeypatch):
        task = self.confirmed(desk, monkeypatch)
        task.path.unlink()
        assert not work.carry_on(task.pk)
        task.refresh_from_db()
        assert (task.state, bool(task.error)) == ("failed", True)

    def test_two_workers_never_have_it_both(self, desk, monkeypatch):
        task = self.confirmed(desk, monkeypatch)
        Import.objects.update(owner="me", lease_until=timezone.now() + timedelta(minutes=1))
        assert not work.carry_on(task.pk)
        assert not Subscriber.objects.exists()


class TestSteps:
    def test_none_is_taken_twice(self, desk):
        task = desk.check("email\nzoe@example.org\n")
        steps.confirm(task, by=desk.by)
        for step in (steps.confirm, steps.cancel):
            with pytest.raises(ValidationError):
                step(task, by=desk.by)
        desk.work(task)
        assert Subscriber.objects.count() == 1

    def test_what_is_given_up_leaves_no_file(self, desk, settings):
        task = desk.check("email\nzoe@example.org\n")
        steps.cancel(task, by=desk.by)
        assert list(settings.VEILLE_IMPORT_DIR.iterdir()) == []
        assert not work.carry_on(task.pk)
        assert not Subscriber.objects.exists()

    def test_what_is_done_leaves_no_file_but_a_line_in_the_log(self, desk, settings):
        desk.bring("email\nzoe@example.org\n")
        assert list(settings.VEILLE_IMPORT_DIR.iterdir()) == []
        logged = Transfer.objects.get()
        assert (logged.kind, logged.rows, logged.by) == ("import", 1, desk.by)

    @pytest.mark.parametrize("step", ["upload", "describe", "confirm", "cancel"])
    def test_each_needs_the_right(self, desk, step):
        task = desk.upload("email,x\nzoe@example.org,\n")
        author = an_author()
        calls = {
            "upload": lambda: steps.upload(
                [b"email\n"],
                filename="",
                source="x",
                consent_date=task.consent_date,
                language="fr",
                by=author,
            ),
            "describe": lambda: steps.describe(
                task, columns={"email": "email"}, file_state="active", by=author
            ),
            "confirm": lambda: steps.confirm(task, by=author),
            "cancel": lambda: steps.cancel(task, by=author),
        }
        with pytest.raises(PermissionDenied):
            calls[step]()

    def test_a_proof_is_asked_for(self, desk):
        with pytest.raises(ValidationError):
            desk.upload("email\n", source="  ")
        with pytest.raises(ValidationError):
            desk.upload("email\n", consent_date=timezone.localdate() + timedelta(days=1))
        with pytest.raises(ValidationError):
            desk.upload("email\n", consent_date=date(1, 1, 1))
        with pytest.raises(ValidationError):
            steps.describe(
                desk.upload("email\n"), columns={"email": "nothing"}, file_state="active", by=desk.by
            )
        with pytest.raises(ValidationError):
            steps.describe(
                desk.upload("email\n"), columns={"email": "email"}, file_state="complained", by=desk.by
            )

    def test_what_nobody_went_on_with_is_forgotten_after_a_week(self, desk, settings):
        task = desk.check("email\nzoe@example.org\n")
        assert files.forget_old() == 0
        Import.objects.update(created_at=timezone.now() - timedelta(days=8))
        assert files.forget_old() == 1
        task.refresh_from_db()
        assert task.state == "cancelled"

    def test_the_log_is_kept_for_a_year_and_nobody_changes_it(self, desk):
        desk.bring("email\nzoe@example.org\n")
        for change in (
            lambda: Transfer.objects.all().delete(),
            lambda: Transfer.objects.update(rows=0),
            lambda: Transfer.objects.get().delete(),
            lambda: Transfer.objects.get().save(),
        ):
            with pytest.raises(TypeError):
                change()
        assert Transfer.objects.forget_old() == 0
        Transfer.objects.create(kind="import", rows=1, at=timezone.now() - timedelta(days=366))
        assert Transfer.objects.forget_old() == 1


def test_our_own_export_comes_back_as_it_was(desk):
    moment = timezone.now().replace(microsecond=0) - timedelta(days=3)
    for n, (state, form) in enumerate([("active", "text"), ("unsubscribed", "html"), ("pending", "html")]):
        reader = SubscriberFactory(
            email=f"Lectrice+{n}@example.org",
            name="=HYPERLINK(1)" if n == 0 else "Zoé, « oui »\u00a0!",
            state=state,
            format=form,
            topics=["python"] if n == 0 else [],
            confirmed_at=moment if state != "pending" else None,
            left_at=moment if state == "unsubscribed" else None,
            paused_until=moment + timedelta(days=30) if state == "active" else None,
        )
        reader.consent_events.create(kind="confirmed", at=moment, wording="Oui.\n-1", ip="192.0.2.1")
    fields = [
        "email",
        "name",
        "language",
        "state",
        "created_at",
        "confirmed_at",
        "left_at",
        "format",
        "topics",
        "paused_until",
    ]
    before = list(Subscriber.objects.order_by("email").values(*fields))
    _count, lines = export(by=desk.by)
    content = "".join(lines)
    assert '"=HYPERLINK' not in content
    assert "'=HYPERLINK" in content
    events = list(ConsentEvent.objects.order_by("at").values("kind", "at", "wording", "ip"))
    Subscriber.objects.all().delete()
    task = desk.bring(content)
    assert (task.format, task.foreseen.get("refused", 0)) == ("veille", 0)
    assert list(Subscriber.objects.order_by("email").values(*fields)) == before
    told = ConsentEvent.objects.filter(kind="confirmed").order_by("at").values("kind", "at", "wording", "ip")
    assert list(told) == events


def test_however_long_a_history_it_comes_back(desk):
    reader = SubscriberFactory(email="zoe@example.org")
    reader.consent_events.bulk_create(
        ConsentEvent(subscriber=reader, kind="asked", wording="Oui, je veux bien. " * 20) for _n in range(400)
    )
    content = "".join(export(by=desk.by)[1])
    Subscriber.objects.all().delete()
    assert desk.bring(content).counts == {"new": 1}
    assert ConsentEvent.objects.filter(kind="asked").count() == 400


def test_a_bad_value_in_our_own_file_is_refused_with_its_row(desk):
    head = "email,name,language,state,created_at,confirmed_at,left_at,consent_history\n"
    rows = [
        "a@example.org,,fr,active,hier,,,",
        "b@example.org,,fr,reine,,,,",
        "c@example.org,,xx,active,,,,",
        'd@example.org,,fr,active,,,,"[{""kind"": ""x""}]"',
        "e@example.org,,fr,active,,,,{",
        "f@example.org,,fr,active,,,,",
    ]
    task = desk.bring(head + "\n".join(rows) + "\n")
    assert [reason for _row, reason in task.refusals] == ["bad_value"] * 5
    assert list(people()) == ["f@example.org"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_is_none_in_utc_is_refused_with_its_row(desk, moment):
    head = "email,name,language,state,created_at,confirmed_at,left_at,paused_until,consent_history\n"
    event = f'"[{{""kind"": ""asked"", ""at"": ""{moment}""}}]"'
    rows = [
        f"a@example.org,,fr,active,{moment},,,,",
        f"b@example.org,,fr,active,,{moment},,,",
        f"c@example.org,,fr,unsubscribed,,,{moment},,",
        f"d@example.org,,fr,active,,,,{moment},",
        f"e@example.org,,fr,active,,,,,{event}",
        "f@example.org,,fr,active,,,,,",
    ]
    task = desk.bring(head + "\n".join(rows) + "\n")
    assert [reason for _row, reason in task.refusals] == ["bad_value"] * 5
    assert list(people()) == ["f@example.org"]


def test_topics_that_no_database_holds_are_cleaned(desk):
    topics = '"[""a\\u0000b"", ""\\ud800"", ""python""]"'
    head = "email,name,language,state,created_at,confirmed_at,left_at,topics,consent_history\n"
    desk.bring(f"{head}a@example.org,,fr,active,,,,{topics},\n")
    assert Subscriber.objects.get().topics == ["ab", "?", "python"]


def test_which_row_was_first_is_told_the_same_after_a_death(tmp_path):
    rows = [("a", 2), ("b", 3), ("a", 4)]
    for _time in range(2):
        with seen.seen_in(tmp_path / "x.seen") as memory:
            assert memory.firsts(rows) == {2, 3}


def test_exports_need_their_own_right_and_are_logged(desk):
    SubscriberFactory(state="active")
    SubscriberFactory(state="unsubscribed")
    with pytest.raises(PermissionDenied):
        export(by=an_author())
    count, lines = export(state="active", by=desk.by)
    assert (count, len(list(lines))) == (1, 2)
    logged = Transfer.objects.get()
    assert (logged.kind, logged.rows, logged.what, logged.by) == ("export", 1, "active", desk.by)


def test_a_large_upload_is_stopped_where_it_is_too_large(desk, settings, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(reading.Unreadable):
        desk.upload("email\n" + "a@example.org\n" * 10)
    assert list(settings.VEILLE_IMPORT_DIR.iterdir()) == []
    assert not Import.objects.exists()
