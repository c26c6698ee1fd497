"""A newsroom with rows in every table, and the digest of all that it holds."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import JSONField, Model, Value
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from PIL import Image
from taggit.models import Tag as PlainTag
from taggit.models import TaggedItem

from issues import workflow
from issues.models import (
    Acknowledgement,
    Draft,
    Erratum,
    HostTurn,
    Issue,
    LinkLookup,
    PageAlias,
    PlannedRubric,
    Presence,
    Reminder,
)
from issues.proofs import links
from mailings.models import (
    Bounce,
    Delivery,
    Destination,
    JournalEntry,
    Mailing,
    Minute,
    Reaction,
    ReaderReply,
    Welcome,
)
from pictures.upload import store_picture
from subscribers.models import ConsentEvent, Subscriber, Suppression, Transfer
from subscribers.suppression import suppress
from tests.factories import (
    ImportFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    SubscriberFactory,
    WelcomeTextFactory,
    an_author,
    an_editor,
)
from tests.mailings.conftest import publish
from watch.keeping import keep
from watch.models import (
    CaptureToken,
    ChatWebhook,
    Clip,
    Hook,
    Nudge,
    Proposal,
    SavedFeed,
    SeenItem,
    Subject,
    SubjectEvent,
    SubjectNotice,
    Turn,
)

# A time that only microseconds tell from another, and one before clocks changed.
AT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
WORDING = 'J’accepte.\nVraiment \t \\ " \u2028 .'
LATER = AT + timedelta(microseconds=2)

# Of every database itself, or not kept.
_OWN = (ContentType, Permission, Session)


def fill() -> Mailing:
    """Fill every table, by the roads that people take where they are short. Nothing stays in flight."""
    author, editor = an_author(), an_editor()
    _readers(editor)
    TOTPDevice.objects.create(user=editor, name="téléphone", last_t=59_000_000)
    sheet = StaticDevice.objects.create(user=editor, name="feuille")
    StaticToken.objects.create(device=sheet, token="a1b2c3d4")
    mailing = _a_mailing_that_ended()
    issue = _an_issue_in_the_making(author, editor)
    _a_watch_desk(author, editor, issue)
    Permission.objects.get(codename="publish_issue").user_set.add(author)
    Group.objects.create(name="Relecture").permissions.add(Permission.objects.get(codename="view_issue"))
    LogEntry.objects.create(
        user=editor,
        content_type=ContentType.objects.get_for_model(Issue),
        object_id=str(issue.pk),
        object_repr="Nº 61000 « à relire »",
        action_flag=ADDITION,
        change_message='[{"added": {}}]',
    )
    links.make(issue, by=editor)
    tag = PlainTag.objects.create(name="Divers", slug="divers")
    TaggedItem.objects.create(
        tag=tag, content_type=ContentType.objects.get_for_model(Issue), object_id=issue.pk
    )
    Destination.objects.create(name="orange.fr", next_slot=1774742399.123456, closed_until=LATER)
    ImportFactory(content="email\nzoé@exämple.example\n".encode(), by=editor, created_at=AT)
    Transfer.objects.create(kind="export", by=editor, at=LATER, rows=7, what="tout")
    return mailing


def _readers(editor):
    reader = SubscriberFactory(
        email="Zoe.Lefevre@éxemple.example", name="Zoé 🚀 Lefèvre", topics=["web", "café"]
    )
    for state in Subscriber.State.values:
        SubscriberFactory(email=f"lectrice-{state}@exemple.example", state=state, left_at=AT, heard_at=LATER)
    Subscriber.objects.filter(pk=reader.pk).update(created_at=AT, paused_until=LATER)
    addresses = ("192.0.2.7", "2001:db8::7", None)
    for kind, ip in zip(ConsentEvent.Kind.values, addresses * 4, strict=False):
        ConsentEvent.objects.create(
            subscriber=reader,
            kind=kind,
            at=AT,
            ip=ip,
            wording=WORDING,
            by=editor,
        )
    suppress("partie@exemple.example", Suppression.Reason.ERASED)
    Welcome.objects.create(subscriber=reader, joined_at=AT, sent_at=LATER)
    WelcomeTextFactory()


def _a_mailing_that_ended() -> Mailing:
    mailing = publish(IssueFactory(number=61_001, subject="Veille : l’été, déjà"))
    delivery = mailing.deliveries.order_by("pk").last()
    assert delivery
    section = mailing.issue.sections.get()
    Delivery.objects.filter(pk=delivery.pk).update(state="refused", reply="550 5.1.1 inconnue", settled_at=AT)
    Mailing.objects.filter(pk=mailing.pk).update(
        state="finished",
        finished_at=LATER,
        message=bytes(range(256)),
        recent_faults=[1, 2.5, {"b": None, "a": "é"}],
        next_slot=0.1 + 0.2,
    )
    Minute.objects.create(mailing=mailing, at=AT, answered=3)
    JournalEntry.objects.create(mailing=mailing, action="limit", origin="terminal", number=60)
    Reaction.objects.create(delivery=delivery, section=section, value="useful", at=AT)
    ReaderReply.objects.create(delivery=delivery, section=section, text="Merci !", at=AT, sent_at=LATER)
    Bounce.objects.create(delivery=delivery, kind="hard", source="mail", event="0" * 64, at=AT)
    Erratum.objects.create(issue=mailing.issue, section=section, text="Lire *mille*.", by=an_editor())
    return mailing


def _an_issue_in_the_making(author, editor) -> Issue:
    picture = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(picture, "PNG")
    picture.seek(0)
    rubric = RubricFactory(name="À la une")
    issue = IssueFactory(number=61_000, title="« à relire »", deadline=LATER)
    section = SectionFactory(
        issue=issue,
        rubric=rubric,
        authors=[author.author],
        body=f"Un [lien](https://exemple.example/é).\n\n![Une image]({store_picture(picture)})\n",
    )
    SourceFactory(section=section)
    section.tags.add("Essais", "Œuvre")
    workflow.comment(section, by=editor, text="Une source ?")
    PlannedRubric.objects.create(issue=issue, rubric=rubric)
    Acknowledgement.objects.create(
        issue=issue, check_id="issues.W001", about="rien", fingerprint="0" * 64, by=editor
    )
    LinkLookup.objects.create(url="https://exemple.example/", state="dead", failing_since=AT, next_at=LATER)
    Presence.objects.create(user=author, section=section, seen_at=AT)
    Reminder.objects.create(recipient=author, issue=issue, kind="texts", deadline=LATER, days=3)
    contents = {"title": ["é", None, 1e-7, 10**15, True]}, Value(None, JSONField())
    for key, data in zip((UUID(int=1), UUID(int=2**128 - 1)), contents, strict=True):
        Draft.objects.create(user=author, kind="section", section=section, key=key, data=data, saved_at=AT)
    return issue


def _a_watch_desk(author, editor, issue) -> None:
    clip, _new = keep(author, "https://exemple.example/à-lire?b=2&a=1", via=Clip.Via.FORM, note="À lire.")
    Clip.objects.update(tags=["Métier", "été 🚀"])
    subject = Subject.objects.create(
        issue=issue, title="Les journaux 🚀", state="taken", owner=author.author, owned_at=AT, due=LATER
    )
    subject.links.add(clip.link)
    event = SubjectEvent.objects.create(subject=subject, kind="taken", actor=author, author=author.author)
    SubjectNotice.objects.create(event=event, recipient=editor, mailed_at=AT)
    Proposal.objects.create(
        title="Un sujet", links="https://exemple.example/", subject=subject, state="accepted"
    )
    CaptureToken.objects.create(person=author, name="Raccourci", digest="0" * 64, calls=3, counted_since=AT)
    Hook.objects.create(person=author, kind="miniflux", key="a" * 43, secret="é" * 20)
    feed = SavedFeed.objects.create(person=author, url="https://exemple.example/flux?clef=1", next_at=LATER)
    SeenItem.objects.create(feed=feed, digest="0" * 64)
    ChatWebhook.objects.create(person=editor, url="https://exemple.example/crochet")
    Nudge.objects.create(person=author, day=AT.date())
    Turn.objects.create(issue=issue, editor=editor)
    HostTurn.objects.create(host="exemple.example", free_at=LATER)
    PageAlias.objects.create(key="https://exemple.example/b", canonical_url="https://exemple.example/a")


def all_models() -> list[type[Model]]:
    """The models of which nothing may be lost, what is derived from others among them."""
    return [model for model in apps.get_models(include_auto_created=True) if model not in _OWN]


def digest() -> dict[str, str]:
    """The digest of all rows of each table, in which content types and permissions go by their names."""
    return {model._meta.label: hashlib.sha256(_rows_of(model).encode()).hexdigest() for model in all_models()}


def _rows_of(model: type[Model]) -> str:
    columns = []
    for field in model._meta.concrete_fields:
        if field.related_model is ContentType:
            columns += [f"{field.name}__app_label", f"{field.name}__model"]
        elif field.related_model is Permission:
            columns += [f"{field.name}__content_type__model", f"{field.name}__codename"]
        else:
            columns.append(field.attname)
    rows = model._base_manager.order_by("pk").values_list(*columns)
    return "\n".join(repr([_comparable(value) for value in row]) for row in rows)


def _comparable(value: object) -> object:
    if isinstance(value, memoryview):
        return bytes(value)
    # PostgreSQL keeps the keys of an object in an order of its own.
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def media() -> dict[str, bytes]:
    """The uploaded files, by their names."""
    root = settings.BASE_DIR / settings.MEDIA_ROOT
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
