"""A section from links: with all that was kept of them, and nothing that breaks out of it."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issues import workflow
from issues.models import Issue, Section, Source
from issues.workflow import NotAllowed, NotNow
from tests.factories import IssueFactory, RubricFactory, UserFactory, a_published_issue, an_author, an_editor
from tests.issues.interchange.markdown import shown, tokens
from tests.rights.forms import filled_form
from watch.drafting import draft
from watch.drafting.material import Page
from watch.keeping import keep
from watch.models import Clip, Link, Subject, SubjectEvent

pytestmark = pytest.mark.django_db

PAGE = "/veille/brouillon/"


@pytest.fixture
def person(client):
    person = an_author()
    client.force_login(person)
    return person


def a_clip(person, page="un", site="", **words):
    clip, _new = keep(person, f"https://exemple.example/{page}", via=Clip.Via.FORM, **words)
    Link.objects.filter(pk=clip.link_id).update(site=site)
    clip.link.site = site
    return clip


def test_it_holds_each_link_once_with_its_words_and_its_source(person):
    colleague = an_author()
    clips = [
        a_clip(
            person, "un", "Le Journal", title="Un titre", note="Ma note.", quote="Une phrase.\nUne autre."
        ),
        a_clip(colleague, "un", "Le Journal", note="Sa note.", quote="Une phrase.\nUne autre."),
        a_clip(colleague, "deux"),
    ]
    issue, rubric = IssueFactory(), RubricFactory()
    section = draft(person, clips=clips, issue=issue, rubric=rubric, tags=["Métier"])
    assert section.body == (
        "## Un titre\n\nMa note.\n\nSa note.\n\n> Une phrase.\n>\n> Une autre.\n\n"
        "## https://exemple.example/deux\n"
    )
    section = Section.objects.get()
    assert (section.title, section.issue, section.rubric, section.state) == (
        "Un titre",
        issue,
        rubric,
        "draft",
    )
    assert section.byline() == [person.author]
    assert [tag.name for tag in section.tags.all()] == ["Métier"]
    assert list(section.sources.order_by("position").values_list("title", "publisher", "url")) == [
        ("Un titre", "Le Journal", "https://exemple.example/un"),
        ("https://exemple.example/deux", "exemple.example", "https://exemple.example/deux"),
    ]
    assert section.sources.first().canonical_url


def test_it_has_a_history_as_one_that_was_begun_on_the_desk(person):
    issue = IssueFactory()
    section = draft(person, clips=[a_clip(person, title="Un")], issue=issue)
    version = section.history.get()
    assert version.history_user == person
    assert version.belongings["byline"] == [[person.author.pk, person.author.name]]
    assert [row[0] for row in version.belongings["sources"]] == ["Un"]
    assert issue.history.first().belongings["sections"] == [[section.pk, "Un"]]
    workflow.submit(section, by=person)


def test_without_an_issue_it_waits_for_one(person):
    assert draft(person, clips=[a_clip(person)], title="📚 À lire").issue is None
    assert Section.objects.get().title == "📚 À lire"


WORDS = st.text(alphabet="a1é \\`*_{}[]()<>#+-.!|~^&;:/=\"'$\n\u2028\t", max_size=60) | st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), max_size=60
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=WORDS, quote=WORDS, note=WORDS)
def test_whatever_people_write_stays_within_its_place(title, quote, note):
    page = Page(Link(url="https://exemple.example/", title=title), [quote] * bool(quote.strip()), [note])
    body = page.as_markdown()
    level, kinds = 0, []
    for token in tokens(body):
        if token.type in ("blockquote_open", "blockquote_close"):
            level += 1 if token.type == "blockquote_open" else -1
        elif token.type.endswith("_open"):
            kinds.append((token.type, level))
    lines = [line for line in note.splitlines() if line.strip()]
    quoted = [line for line in quote.splitlines() if line.strip()]
    assert kinds == [("heading_open", 0), *[("paragraph_open", 0)] * len(lines)] + [
        ("paragraph_open", 1)
    ] * len(quoted)
    said = [" ".join(page.title.split()), *(line.strip() for line in [*lines, *quoted])]
    assert shown(body).split() == " ".join(said).split()


def test_an_address_that_no_form_takes_stands_in_the_text(person):
    link = Link.objects.create(
        key="https://a_b.exemple.example/x", url="https://a_b.exemple.example/x", title="Un titre"
    )
    clip = Clip.objects.create(person=person, link=link, kept_at=link.created_at)
    section = draft(person, clips=[clip])
    assert Source.objects.get().url == ""
    assert "https://a_b.exemple.example/x" in section.body
    clip = a_clip(person, "un%20mot%20é")
    assert draft(person, clips=[clip]).sources.get().url == "https://exemple.example/un%20mot%20é"


# --- Who may, and when -------------------------------------------------------------------------


def test_who_has_no_authors_entry_is_told_and_loses_nothing(client):
    editor = an_editor()
    client.force_login(editor)
    clip = a_clip(editor, title="Un titre")
    response = client.post(PAGE, {"trouvaille": clip.pk, "title": "Mon titre", "tags": "Essai"})
    assert response.context["form"].non_field_errors()
    assert "Mon titre" in response.content.decode()
    assert response.context["clips"] == [clip]
    assert not Section.objects.exists()


def test_without_the_right_or_without_links_there_is_none(person):
    with pytest.raises(NotNow):
        draft(person, clips=[])
    clip = a_clip(person)
    person.is_active = False
    for who in (UserFactory(is_staff=True), person):
        with pytest.raises(NotAllowed):
            draft(who, clips=[clip])
    assert not Section.objects.exists()


def test_an_issue_that_is_out_or_approved_takes_none(person):
    approved = IssueFactory(state=Issue.State.APPROVED, approved_digest="0" * 64)
    for issue in (a_published_issue(), approved):
        with pytest.raises(NotNow):
            draft(person, clips=[a_clip(person)], issue=issue)
    assert not Section.objects.exists()


def test_too_many_words_for_a_section_are_refused(person):
    clips = [a_clip(person, str(n), quote=f"{n} " + "mot " * 2_400) for n in range(22)]
    with pytest.raises(NotNow):
        draft(person, clips=clips)


# --- From a subject ----------------------------------------------------------------------------


@pytest.fixture
def subject(person):
    subject = Subject.objects.create(
        title="Les journaux",
        issue=IssueFactory(),
        rubric=RubricFactory(),
        state=Subject.State.TAKEN,
        owner=person.author,
    )
    subject.links.add(a_clip(person, "un", title="Un", note="Ma note.").link)
    subject.links.add(a_clip(an_author(), "deux", title="Deux", note="Sa note.").link)
    subject.links.add(Link.objects.create(key="https://exemple.example/3", url="https://exemple.example/3"))
    return subject


def test_a_subject_becomes_its_section(client, person, subject):
    address = f"{PAGE}?sujet={subject.pk}"
    assert address in client.get("/veille/sujets/").content.decode()
    page = client.get(address)
    assert [clip.link.title for clip in page.context["clips"]] == ["Un", "Deux"]
    form = page.context["form"]
    asked = {field.name: field.value() or "" for field in form}
    keys = [clip.pk for clip in page.context["clips"]]
    response = client.post(PAGE, asked | {"sujet": subject.pk, "trouvaille": keys})
    section = Section.objects.get()
    assert response.url == reverse("admin:issues_section_change", args=[section.pk])
    assert (section.title, section.issue, section.rubric) == ("Les journaux", subject.issue, subject.rubric)
    assert section.sources.count() == 3
    assert "Sa note." in section.body
    subject.refresh_from_db()
    assert subject.section == section
    event = SubjectEvent.objects.get()
    assert (event.kind, event.actor, event.author) == ("drafted", person, person.author)
    with pytest.raises(NotNow):
        draft(person, clips=[], subject=subject)


def test_only_who_has_taken_a_subject_makes_its_section(person, subject):
    with pytest.raises(NotAllowed):
        draft(an_author(), clips=[], subject=subject)
    Subject.objects.update(state=Subject.State.FREE, owner=None)
    with pytest.raises(NotAllowed):
        draft(person, clips=[], subject=subject)
    subject.delete()
    assert not Section.objects.exists()


def test_a_subject_without_links_becomes_an_empty_section(person, subject):
    subject.links.clear()
    section = draft(person, clips=[], subject=subject)
    assert (section.title, section.body.strip(), section.sources.count()) == ("Les journaux", "", 0)


# --- The page ----------------------------------------------------------------------------------


def test_ticked_links_become_a_section_whose_form_opens_and_saves(client, person):
    rubric, coming = RubricFactory(), IssueFactory()
    mine = a_clip(person, "un", title="Un", rubric=rubric)
    theirs = a_clip(an_author(), "deux", title="Deux")
    Clip.objects.filter(pk=mine.pk).update(tags=["Métier", "Outils"])
    page = client.get(PAGE, {"trouvaille": [mine.pk, theirs.pk]})
    assert not Section.objects.exists()
    asked = {field.name: field.value() or "" for field in page.context["form"]}
    assert asked == {"title": "Un", "issue": coming.pk, "rubric": "", "tags": "Métier, Outils"}
    response = client.post(PAGE, asked | {"trouvaille": [mine.pk, theirs.pk]})
    section = Section.objects.get()
    form = client.get(response.url)
    assert form.status_code == 200
    saved = client.post(response.url, filled_form(response.url) | {"title": "🗞️ Autre titre"})
    assert saved.status_code == 302
    section.refresh_from_db()
    assert section.title == "🗞️ Autre titre"


@pytest.mark.parametrize("keys", [["x"], ["9" * 30], ["-1"], ["٣"], [""]])
def test_keys_that_are_none_choose_nothing(client, person, keys):
    response = client.post(PAGE, {"trouvaille": keys, "title": "Un"})
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()


@pytest.mark.parametrize("key", ["x", "9" * 30, "0"])
def test_a_subject_that_is_none_is_not_found(client, person, key):
    assert client.get(PAGE, {"sujet": key}).status_code == 404
