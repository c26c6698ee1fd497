"""Two links that are one page: one link, and nothing that people wrote is lost."""

import pytest

from issues.canonical import canonical_url
from issues.links.aliases import resolve
from tests.factories import an_author
from watch.keeping import keep, link_for
from watch.merging import learn
from watch.models import Clip, Link, Subject
from watch.pages.recording import learn_addresses

pytestmark = pytest.mark.django_db
OLD, PAGE = "https://exemple.example/a?p=9", "https://exemple.example/article"


def test_the_clips_and_subjects_of_both_are_of_one():
    person, other = an_author(), an_author()
    mine, _new = keep(person, PAGE, via=Clip.Via.FORM, note="Un.", quote="Q.")
    keep(person, OLD, via=Clip.Via.FEED, note="Deux.", quote="Q.")
    theirs, _new = keep(other, OLD, via=Clip.Via.API)
    Link.objects.filter(pk=theirs.link_id).update(title="Le titre")
    subject = Subject.objects.create(title="Un sujet")
    subject.links.add(theirs.link)
    assert learn(OLD, PAGE) == PAGE
    link = Link.objects.get()
    assert (link.key, link.title, list(subject.links.all())) == (PAGE, "Le titre", [link])
    assert set(link.clips.values_list("person", "note", "quote")) == {
        (person.pk, "Un.\n\nDeux.", "Q."),
        (other.pk, "", ""),
    }
    assert link.clips.get(person=person).pk == mine.pk
    assert link_for(OLD) == link_for(PAGE) == link


def test_a_link_that_is_alone_takes_the_key_of_its_page():
    link = link_for(OLD)
    learn(OLD, PAGE)
    assert Link.objects.get(key=PAGE) == link == link_for(OLD)


def test_the_end_of_redirects_and_the_word_of_the_page_there_are_both_learnt():
    link = link_for(OLD)
    assert learn_addresses(link, "https://exemple.example/b", PAGE) == Link.objects.get(key=PAGE) == link
    assert link_for("https://exemple.example/b") == link_for(OLD) == link


def test_what_leads_elsewhere_changes_nothing():
    link_for(OLD)
    assert learn(OLD, "https://ailleurs.example/article") == ""
    assert Link.objects.get().key == resolve(link_for(OLD).key) == canonical_url(OLD)


def test_all_that_belongs_to_a_link_is_known_to_the_merge():
    assert {relation.name for relation in Link._meta.related_objects} == {"clips", "subjects"}
    assert not Clip._meta.related_objects
