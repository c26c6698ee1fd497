"""Drafts are kept for who types, from who may type, and are nobody else's."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from issues import workflow
from issues.drafts import form_data, keeping
from issues.models import Draft, Section
from issues.tasks import forget_old_drafts
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    a_published_issue,
    an_author,
    an_editor,
)
from tests.issues.desk.test_section_page import change, form

pytestmark = pytest.mark.django_db


def keep_url(thing=None, kind="section"):
    if thing is None:
        return reverse("issues:draft-keep-new", args=[kind])
    return reverse("issues:draft-keep", args=[thing._meta.model_name, thing.pk])


def typed(section=None, key=None, **fields):
    return form(section, **fields) | {"draft_key": str(key or uuid.uuid4())}


def offered(client, section):
    return [drafted.offer.data["body"] for drafted in client.get(change(section)).context["writing"].drafts]


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author])


@pytest.fixture
def as_author(client, author):
    client.force_login(author)
    return client


@pytest.fixture
def as_editor():
    client = Client()
    client.force_login(an_editor())
    return client


def test_what_is_typed_is_kept_and_offered_again(as_author, section):
    response = as_author.post(keep_url(section), typed(section, body="À moitié"))
    assert response.json()["kept"].startswith("Brouillon enregistré à ")
    assert offered(as_author, section) == ["À moitié"]
    section.refresh_from_db()
    assert (section.version, section.history.count()) == (1, 1)


def test_one_page_keeps_one_draft(as_author, section):
    key = uuid.uuid4()
    for body in ("Un", "Un, deux", "Un, deux, trois"):
        as_author.post(keep_url(section), typed(section, key, body=body))
    assert offered(as_author, section) == ["Un, deux, trois"]


def test_two_pages_never_write_over_each_other(as_author, section):
    as_author.post(keep_url(section), typed(section, body="Dans un onglet"))
    as_author.post(keep_url(section), typed(section, body="Dans un autre"))
    assert offered(as_author, section) == ["Dans un autre", "Dans un onglet"]


def test_a_new_section_is_kept_before_it_was_ever_saved(as_author):
    key = uuid.uuid4()
    assert as_author.post(keep_url(), typed(None, key, body="Un début")).status_code == 200
    add = reverse("admin:issues_section_add")
    assert as_author.get(add).context["writing"].rows[0]["data"]["body"] == "Un début"
    as_author.post(add, typed(None, key, body="Un début, fini"))
    assert Section.objects.get().body == "Un début, fini"
    assert not Draft.objects.exists()
    assert as_author.get(add).context["writing"].drafts == []


def test_a_new_issue_and_an_old_one_are_kept(as_editor):
    fields = {"title": "Un titre", "introduction": "Bonjour", "draft_key": str(uuid.uuid4())}
    assert as_editor.post(keep_url(kind="issue"), fields).status_code == 200
    issue = IssueFactory()
    fields |= {"draft_key": str(uuid.uuid4()), "opened_version": issue.version}
    assert as_editor.post(keep_url(issue), fields).status_code == 200
    page = as_editor.get(reverse("admin:issues_issue_change", args=[issue.pk]))
    assert page.context["writing"].rows[0]["data"]["introduction"] == "Bonjour"


def test_rows_are_kept_with_the_rest(as_author, section):
    rows = {"sources-TOTAL_FORMS": 1, "sources-0-title": "Un article", "sources-0-url": "https://a.example/"}
    as_author.post(keep_url(section), typed(section, **rows))
    page = as_author.get(change(section))
    assert "Un article · https://a.example/" in page.content.decode().replace("\n", "")


def test_a_saved_form_deletes_its_draft_and_not_another(as_author, section):
    key = uuid.uuid4()
    as_author.post(keep_url(section), typed(section, body="Autre page"))
    as_author.post(keep_url(section), typed(section, key, body="À moitié"))
    as_author.post(change(section), typed(section, key, body="Fini"))
    assert [draft.data["body"] for draft in Draft.objects.all()] == ["Autre page"]


def test_a_draft_still_on_its_way_does_not_come_back_after_the_save(as_author, section):
    key = uuid.uuid4()
    as_author.post(change(section), typed(section, key, body="Fini"))
    assert as_author.post(keep_url(section), typed(section, key, body="Fin")).status_code == 409
    assert not Draft.objects.exists()


def test_a_refused_save_keeps_the_draft(as_author, section):
    key = uuid.uuid4()
    as_author.post(keep_url(section), typed(section, key, body="À moitié"))
    response = as_author.post(change(section), typed(section, key, title="", body="Sans titre"))
    assert response.context["writing"].key == str(key)
    assert Draft.objects.count() == 1


def test_a_draft_that_says_what_is_saved_is_not_offered(as_author, section):
    as_author.post(keep_url(section), typed(section))
    assert offered(as_author, section) == []


def test_a_draft_of_an_older_version_meets_the_newer_when_saved(as_author, as_editor, section):
    key = uuid.uuid4()
    data = typed(section, key, body="Restauré")
    as_author.post(keep_url(section), data)
    as_editor.post(change(section), form(section, body="Plus récent"))
    page = as_author.get(change(section))
    assert page.context["writing"].drafts[0].offer.is_older
    assert page.context["writing"].rows[0]["data"]["opened_version"] == "1"
    assert as_author.post(change(section), data).context["conflict"]


def test_a_row_deleted_meanwhile_is_offered_as_a_new_one(as_author, section):
    source = SourceFactory(section=section, title="Ma source")
    rows = {"sources-TOTAL_FORMS": 1, "sources-INITIAL_FORMS": 1, "sources-0-id": source.pk}
    rows |= {"sources-0-title": "Ma source", "sources-0-url": source.url, "sources-0-position": 0}
    as_author.post(keep_url(section), typed(section, **rows))
    source.delete()
    data = as_author.get(change(section)).context["writing"].rows[0]["data"]
    assert (data["sources-INITIAL_FORMS"], data["sources-0-id"], data["sources-0-title"]) == (
        "0",
        "",
        "Ma source",
    )


@pytest.mark.parametrize("next_", ["zzz", "a:b", "1", "admin:logout", "été", "\0", "x" * 20_000, "a\r\nb: c"])
def test_whatever_page_comes_next_a_draft_is_thrown_away(as_author, section, next_):
    as_author.post(keep_url(section), typed(section, body="À moitié"))
    response = as_author.post(
        reverse("issues:draft-discard", args=[Draft.objects.get().key]), {"next": next_}
    )
    assert response.status_code in (302, 400)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("place", ["9" * 5000, "-1", "²", "1e9", ""])
def test_whatever_place_a_row_asks_for_the_draft_is_offered(as_author, section, place):
    page = typed(section, body="À moitié", **{"sources-0-title": "S", "sources-0-position": place})
    page |= {"sources-TOTAL_FORMS": "1"}
    assert as_author.post(keep_url(section), page).status_code == 200
    assert offered(as_author, section) == ["À moitié"]
    assert as_author.post(change(section), page).status_code in (200, 302)


def test_a_get_changes_nothing(as_author, section):
    for url in (keep_url(section), reverse("issues:presence", args=["section", section.pk])):
        assert as_author.get(url).status_code == 405
    as_author.post(keep_url(section), typed(section, body="À moitié"))
    draft = Draft.objects.get()
    assert as_author.get(reverse("issues:draft-discard", args=[draft.key])).status_code == 405
    offered(as_author, section)
    assert Draft.objects.get().saved_at == draft.saved_at


class TestRights:
    def refused(self, client, url, data):
        status = client.post(url, data).status_code
        assert not Draft.objects.exists()
        return status

    def test_strangers_reach_nothing(self, client, section):
        assert self.refused(client, keep_url(section), typed(section)) == 302
        client.force_login(UserFactory())
        assert self.refused(client, keep_url(section), typed(section)) == 302
        assert self.refused(client, keep_url(), typed()) == 302

    def test_staff_without_a_role_writes_nothing(self, client, section):
        client.force_login(UserFactory(is_staff=True))
        assert self.refused(client, keep_url(section), typed(section)) == 404
        assert self.refused(client, keep_url(), typed()) == 403
        assert self.refused(client, keep_url(kind="issue"), typed()) == 403

    def test_an_author_keeps_nothing_of_another_section(self, as_author):
        other = SectionFactory(authors=[AuthorFactory()])
        assert self.refused(as_author, keep_url(other), typed(other)) == 404
        assert as_author.post(reverse("issues:presence", args=["section", other.pk])).status_code == 404

    def test_an_author_keeps_nothing_of_an_issue(self, as_author):
        issue = IssueFactory()
        assert self.refused(as_author, keep_url(issue), typed()) == 403
        assert self.refused(as_author, keep_url(kind="issue"), typed()) == 403

    def test_a_locked_section_takes_no_draft(self, as_author, section, author):
        workflow.submit(section, by=author)
        assert self.refused(as_author, keep_url(section), typed(section)) == 403

    def test_a_published_issue_takes_no_draft(self, as_editor):
        issue = a_published_issue()
        inside = SectionFactory(issue=issue)
        assert self.refused(as_editor, keep_url(issue), typed()) == 403
        assert self.refused(as_editor, keep_url(inside), typed(inside)) == 403

    def test_there_are_no_other_kinds(self, as_editor):
        assert self.refused(as_editor, "/redaction/brouillons/subscriber/1/", typed()) == 404
        assert self.refused(as_editor, reverse("issues:draft-keep", args=["rubric", 1]), typed()) == 404

    def test_the_token_is_asked_for(self, author, section):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(author)
        assert self.refused(strict, keep_url(section), typed(section)) == 403

    def test_a_draft_is_shown_to_who_typed_it_alone(self, as_author, as_editor, section):
        as_author.post(keep_url(section), typed(section, body="Confidences"))
        co_author = an_author()
        section.bylines.create(author=co_author.author, position=1)
        beside = Client()
        beside.force_login(co_author)
        for client in (beside, as_editor):
            assert "Confidences" not in client.get(change(section)).content.decode()

    def test_a_draft_is_thrown_away_by_who_typed_it_alone(self, as_author, as_editor, section):
        as_author.post(keep_url(section), typed(section, body="À moitié"))
        url = reverse("issues:draft-discard", args=[Draft.objects.get().key])
        as_editor.post(url)
        assert Draft.objects.count() == 1
        response = as_author.post(url, {"next": "//evil.example/"})
        assert response["Location"] == reverse("admin:index")
        assert not Draft.objects.exists()

    def test_the_key_of_another_is_no_key_to_the_draft(self, as_author, as_editor, section):
        as_author.post(keep_url(section), typed(section, body="À moitié"))
        key = Draft.objects.get().key
        as_editor.post(keep_url(section), typed(section, key, body="Par-dessus"))
        assert offered(as_author, section) == ["À moitié"]

    def test_a_draft_waits_while_its_section_is_locked(self, as_author, section, author):
        as_author.post(keep_url(section), typed(section, body="À moitié"))
        workflow.submit(section, by=author)
        page = as_author.get(change(section)).content.decode()
        assert "moitié" in page
        assert "data-draft-restore" not in page


class TestBadInput:
    def test_too_much_text_is_refused_in_words(self, as_author, section):
        response = as_author.post(keep_url(section), typed(section, body="x" * form_data.LONGEST))
        assert response.status_code == 413
        assert "trop long" in response.json()["error"]
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("key", ["", "x", "0" * 40])
    def test_a_page_without_a_key_is_told(self, as_author, section, key):
        assert as_author.post(keep_url(section), form(section) | {"draft_key": key}).status_code == 400

    def test_no_more_than_ten_for_one_text(self, as_author, section):
        for number in range(keeping.MOST_OF_ONE + 3):
            as_author.post(keep_url(section), typed(section, body=f"Texte {number}"))
        assert Draft.objects.count() == keeping.MOST_OF_ONE
        assert offered(as_author, section)[0] == "Texte 12"

    def test_tokens_and_buttons_are_not_part_of_a_text(self, as_author, section):
        extra = {"csrfmiddlewaretoken": "t", "_transition": "submit", "sources-__prefix__-title": "x"}
        as_author.post(keep_url(section), typed(section, **extra))
        assert not set(extra) & set(Draft.objects.get().data)

    def test_markup_in_a_draft_is_text(self, as_author, section):
        as_author.post(keep_url(section), typed(section, body="</script><script>alert(1)</script>"))
        assert "<script>alert(1)" not in as_author.get(change(section)).content.decode()


class AnyTextIsKept(TestCase):
    @settings(deadline=None, max_examples=30)
    @given(st.dictionaries(st.text(min_size=1, max_size=30), st.text(max_size=200), max_size=8))
    def test_no_field_breaks_the_page(self, fields):
        Section.objects.all().delete()
        Draft.objects.all().delete()
        client, section = Client(), SectionFactory()
        client.force_login(an_editor())
        noise = {
            name.encode(errors="replace").decode(): value.encode(errors="replace").decode()
            for name, value in fields.items()
        }
        rows = {"sources-TOTAL_FORMS": "2", "sources-0-position": next(iter(noise.values()), "")}
        assert client.post(keep_url(section), typed(section) | rows | noise).status_code in (200, 400)
        assert client.get(change(section)).status_code == 200


def test_old_drafts_are_forgotten(as_author, section):
    for days in (59, 61):
        as_author.post(keep_url(section), typed(section, body=f"{days} jours"))
        latest = Draft.objects.latest("pk")
        Draft.objects.filter(pk=latest.pk).update(saved_at=timezone.now() - timedelta(days=days))
    forget_old_drafts()
    assert offered(as_author, section) == ["59 jours"]


def test_a_draft_is_of_one_thing(section):
    common = {"user": an_editor(), "data": {}, "saved_at": timezone.now(), "key": uuid.uuid4()}
    for fields in (
        {"kind": "section", "issue": section.issue},
        {"kind": "issue", "section": section},
        {"kind": "rubric"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(**common, **fields)


def test_the_page_asks_as_many_questions_for_ten_drafts_as_for_one(as_author, section):
    asked = []
    for number in range(10):
        as_author.post(keep_url(section), typed(section, body=f"Texte {number}"))
        if number in (0, 9):
            with CaptureQueriesContext(connection) as queries:
                offered(as_author, section)
            asked.append(len(queries))
    assert asked[0] == asked[1]
