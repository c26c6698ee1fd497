"""Bringing a file in: foreseen first, once, and without asking all servers at once."""

import os
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from issues.models import PageAlias
from tests.factories import UserFactory, an_author
from watch.bringing.files import importing, uploads
from watch.bringing.files.foreseeing import foresee
from watch.keeping import keep
from watch.models import Clip, Link

pytestmark = pytest.mark.django_db

LIST = b"""Une page https://exemple.example/a
https://exemple.example/a?utm_source=x
https://exemple.example/b
https://[rien
https://exemple.example/c
"""


@pytest.fixture
def person():
    return an_author()


def pocket(*rows):
    lines = [f"Page {n},https://exemple.example/{n},{at},ia,unread" for n, at in rows]
    return "\n".join(["title,url,time_added,tags,status", *lines]).encode()


def test_what_would_come_in_is_foreseen_and_nothing_written(person, django_assert_num_queries):
    keep(person, "http://www.exemple.example/b", via=Clip.Via.FORM)
    keep(an_author(), "https://exemple.example/c", via=Clip.Via.FORM)
    with django_assert_num_queries(2):
        foreseen = foresee(person, LIST)
    assert [wanted.address for wanted in foreseen.new] == [
        "https://exemple.example/a",
        "https://exemple.example/c",
    ]
    assert (foreseen.known, foreseen.double) == (1, 1)
    (refusal,) = foreseen.refused
    assert (refusal.line, refusal.what) == (4, "https://[rien")
    assert "http" in refusal.why
    assert person.clips.count() == 1


def test_bringing_in_twice_changes_nothing(person):
    PageAlias.objects.create(key="https://exemple.example/c", canonical_url="https://exemple.example/page")
    assert importing.bring_in(person, LIST) == 3
    before = list(Clip.objects.values()), list(Link.objects.values())
    assert importing.bring_in(person, LIST) == 0
    assert (list(Clip.objects.values()), list(Link.objects.values())) == before
    assert set(person.clips.values_list("link__key", "link__title", "via")) == {
        ("https://exemple.example/a", "Une page", "import"),
        ("https://exemple.example/b", "", "import"),
        ("https://exemple.example/page", "", "import"),
    }


def test_pages_are_read_one_by_one_and_old_ones_never(person):
    now = timezone.now()
    old, lately = (int((now - timedelta(days=days)).timestamp()) for days in (61, 3))
    assert importing.bring_in(person, pocket((1, lately), (2, old), (3, lately), (4, ""))) == 4
    turns = dict(Link.objects.values_list("title", "next_fetch_at"))
    assert turns.pop("Page 2") is None
    assert (turns["Page 3"] - turns["Page 1"], turns["Page 4"] - turns["Page 3"]) == (
        2 * importing.PACE,
        importing.PACE,
    )
    clip = person.clips.get(link__title="Page 1")
    assert (round(clip.kept_at.timestamp()), clip.tags) == (lately, ["ia"])


def test_many_links_take_few_queries(person, django_assert_max_num_queries):
    data = pocket(*[(n, 1_600_000_000) for n in range(1200)])
    with django_assert_max_num_queries(60):
        assert importing.bring_in(person, data) == 1200


def test_who_may_keep_nothing_brings_nothing_in():
    with pytest.raises(importing.NotAllowed):
        importing.bring_in(UserFactory(is_staff=True), LIST)


def test_a_file_is_there_for_its_person_alone_and_for_a_day(person, settings, tmp_path):
    settings.VEILLE_IMPORT_DIR = tmp_path
    token = uploads.keep([b"a", b"b"], person)
    assert uploads.find(token, person) == b"ab"
    for other in (an_author(), UserFactory()):
        with pytest.raises(uploads.Forgotten):
            uploads.find(token, other)
    with pytest.raises(uploads.Forgotten):
        uploads.find("../../etc/passwd", person)
    (path,) = (tmp_path / "links").glob("*")
    assert path.stat().st_mode & 0o077 == 0
    assert uploads.forget_old() == 0
    os.utime(path, (0, time.time() - uploads.KEPT_SECONDS - 1))
    assert uploads.forget_old() == 1
    with pytest.raises(uploads.Forgotten):
        uploads.find(token, person)


def test_a_file_that_is_too_large_leaves_nothing(person, settings, tmp_path):
    settings.VEILLE_IMPORT_DIR = tmp_path
    with pytest.raises(uploads.Unreadable):
        uploads.keep([b"x" * 2**20] * 11, person)
    assert not list((tmp_path / "links").glob("*"))


# --- On the desk ---


def bring(client, data):
    return client.post(reverse("watch:file-bring"), {"file": SimpleUploadedFile("x.bin", data)})


def test_two_steps_on_the_desk(person, client, settings, tmp_path):
    settings.VEILLE_IMPORT_DIR = tmp_path
    client.force_login(person)
    address = bring(client, LIST).url
    page = client.get(address).content.decode()
    assert "Une page" in page
    assert "https://[rien" in page
    assert not Clip.objects.exists()
    answer = client.post(address, follow=True)
    assert "3 liens ont été importés" in answer.content.decode()
    assert person.clips.count() == 3
    assert "n’est plus là" in client.get(address, follow=True).content.decode()


def test_a_file_without_links_is_told_on_the_desk(person, client, settings, tmp_path):
    settings.VEILLE_IMPORT_DIR = tmp_path
    client.force_login(person)
    page = client.get(bring(client, b"Rien").url, follow=True).content.decode()
    assert "aucun lien dans ce fichier" in page
    assert not list((tmp_path / "links").glob("*"))
    assert "Choisissez un fichier" in client.post(reverse("watch:file-bring")).content.decode()
