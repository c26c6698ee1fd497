"""One's clips: found, set aside, worked over; and those of the team, to read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from issues.workflow import NotAllowed
from tests.factories import RubricFactory, UserFactory, an_author
from watch.clips import working
from watch.keeping import keep
from watch.models import Clip, Link

pytestmark = pytest.mark.django_db

LIST = "/veille/trouvailles/"


@pytest.fixture
def person(client):
    person = an_author()
    client.force_login(person)
    return person


def a_clip(person, page="un", **words):
    return keep(person, f"https://exemple.example/{page}", via=Clip.Via.FORM, **words)[0]


def titles(response):
    return [clip.link.url.rpartition("/")[2] for clip in response.context["page"]]


def test_each_sees_her_own_the_latest_first_and_the_team_in_a_list_of_its_own(client, person):
    now = timezone.now()
    a_clip(person, "vieux", kept_at=now - timedelta(days=2))
    a_clip(person, "neuf", kept_at=now)
    a_clip(person, "ecarte")
    other = a_clip(an_author(), "autre", note="Un mot d’ailleurs.")
    Clip.objects.filter(link__url__endswith="ecarte").update(is_set_aside=True)
    assert titles(client.get(LIST)) == ["neuf", "vieux"]
    assert titles(client.get(LIST, {"liste": "ecartees"})) == ["ecarte"]
    team = client.get(LIST, {"liste": "equipe"})
    assert titles(team) == ["autre"]
    assert "Un mot d’ailleurs." in team.content.decode()
    assert reverse("watch:clip", args=[other.pk]) not in team.content.decode()


def test_words_and_rubrics_narrow_the_list(client, person):
    rubric = RubricFactory()
    a_clip(person, "a", note="Les journaux parlent", rubric=rubric)
    a_clip(person, "b", quote="parlent des moteurs")
    a_clip(person, "c", title="Moteurs 100 % neufs")
    assert titles(client.get(LIST, {"q": "PARLENT  moteurs"})) == ["b"]
    assert titles(client.get(LIST, {"q": "100 %"})) == ["c"]
    assert titles(client.get(LIST, {"q": "parlent", "rubrique": rubric.pk})) == ["a"]
    assert titles(client.get(LIST, {"q": "a" * 300, "rubrique": "x", "page": "zz"})) == ["c", "b", "a"]


def test_pages_keep_what_is_looked_for(client, person, monkeypatch):
    monkeypatch.setattr("watch.clips.views.PER_PAGE", 2)
    for name in "abc":
        a_clip(person, name, note="même mot")
    first = client.get(LIST, {"q": "même mot"})
    assert titles(first) == ["c", "b"]
    assert 'href="?q=m%C3%AAme+mot&amp;page=2"' in first.content.decode()
    assert titles(client.get(LIST, {"q": "même mot", "page": 2})) == ["a"]


def test_the_lists_take_as_many_queries_for_many_as_for_one(client, person):
    def queries(listing):
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST, {"liste": listing})
        return len(asked)

    for who in (person, an_author()):
        a_clip(who, "un", rubric=RubricFactory())
    few = {listing: queries(listing) for listing in ("", "equipe")}
    for number in range(8):
        a_clip(person, f"p{number}", rubric=RubricFactory())
        a_clip(an_author(), f"o{number}", rubric=RubricFactory())
    assert {listing: queries(listing) for listing in few} == few


def test_a_clip_is_worked_over_and_the_page_with_it(client, person):
    clip = a_clip(person, note="Avant.")
    rubric = RubricFactory()
    client.post(
        reverse("watch:clip", args=[clip.pk]),
        {
            "note": "Après.\r\nEt plus.",
            "quote": "Oui.",
            "rubric": rubric.pk,
            "tags": "Outils, outils, le métier",
            "title": " Un  titre ",
            "site": "Le Journal",
            "authors": "Zoé",
            "published_on": "2026-11-02",
        },
    )
    clip.refresh_from_db()
    assert (clip.note, clip.quote, clip.rubric) == ("Après.\nEt plus.", "Oui.", rubric)
    assert clip.tags == ["Outils", "le métier"]
    link = Link.objects.get()
    assert (link.title, link.site, link.authors, link.is_edited) == ("Un titre", "Le Journal", "Zoé", True)
    assert str(link.published_on) == "2026-11-02"
    page = client.get(reverse("watch:clip", args=[clip.pk])).context["form"]
    assert page["tags"].value() == '"le métier", Outils'
    assert client.post(reverse("watch:clip", args=[clip.pk]), {"published_on": "hier"}).status_code == 200


def test_saving_a_clip_leaves_the_page_to_what_is_read_on_the_web(client, person):
    clip = a_clip(person, title="Un titre")
    client.post(reverse("watch:clip", args=[clip.pk]), {"note": "Mot.", "title": "Un titre"})
    assert not Link.objects.get().is_edited


def test_set_aside_brought_back_and_deleted(client, person):
    clip = a_clip(person)
    back = f"{LIST}?q=mot&page=2"
    assert client.post(reverse("watch:clip-set-aside", args=[clip.pk]), {"back": back}).url == back
    assert Clip.objects.get().is_set_aside
    evil = {"back": "//evil.example/veille/trouvailles/"}
    assert client.post(reverse("watch:clip-bring-back", args=[clip.pk]), evil).url == LIST
    assert not Clip.objects.get().is_set_aside
    client.post(reverse("watch:clip-delete", args=[clip.pk]))
    assert not Clip.objects.exists()
    assert Link.objects.exists()


def test_a_colleagues_clip_is_hers_alone_to_change(client, person):
    other = an_author()
    clip = a_clip(other)
    for name in ("clip", "clip-set-aside", "clip-bring-back", "clip-delete"):
        assert client.post(reverse(f"watch:{name}", args=[clip.pk])).status_code == 404
    for work in (
        lambda: working.set_aside(clip, by=person, aside=True),
        lambda: working.delete(clip, by=person),
        lambda: working.write(clip, by=person, note="x", quote="", rubric=None, tags=[]),
        lambda: working.describe_page(clip, by=person, title="x", site="", authors="", published_on=None),
    ):
        with pytest.raises(NotAllowed):
            work()
    assert Clip.objects.get(person=other) == clip


def test_who_keeps_no_links_sees_none(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(LIST).status_code == 403
