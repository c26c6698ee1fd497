"""Every feed, by a strict reading of RFC 4287 and of JSON Feed 1.1, and by a library that readers use."""

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from html import unescape

import feedparser
import pytest
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from issues.models import Rendition
from tests.factories import AuthorFactory, RubricFactory, SectionFactory, a_published_issue
from tests.pictures.test_sizes import a_photo

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# RFC 3339 as RFC 4287 wants it (section 3.3): an upper-case T, and a zone.
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TYPES = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json"}


@pytest.fixture
def section():
    """A section that has all that a feed may tell, and words that are awkward in either form."""
    issue = a_published_issue(
        number=12,
        title="Un & deux",
        published_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        introduction="a &lt;b&gt;",
    )
    section = SectionFactory(
        issue=issue,
        title="🚀 Une <balise> & ]]> \x0b",
        body="Moins `<i>` de *code*.",
        authors=[AuthorFactory(name="Zoé & <Ali>", slug="zoe"), AuthorFactory(name="Ali", slug="ali")],
        rubric=RubricFactory(name="Le métier"),
    )
    section.tags.add("Réseau", "C++")
    image = f'<img src="{a_photo(640)}" alt="">'
    page = f'<article><section id="{section.anchor}"><h2>x</h2><p>Entier. {image}</p></section></article>'
    Rendition.objects.filter(issue=issue).update(web_html=page)
    return section


def addresses(form, section):
    pages = ["/", "/auteurs/zoe/", "/themes/reseau/", section.rubric.get_absolute_url()]
    return [f"{page}flux.{form}" for page in pages]


def is_iri(text):
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return False
    return True


def names(element, name):
    return element.findall(ATOM + name)


def strict_atom(content):
    """Hold a feed to RFC 4287, section 4, as far as ours have it; give its entries."""
    root = ElementTree.fromstring(content)  # noqa: S314 - our own
    assert root.tag == f"{ATOM}feed"
    assert root.get(XML_LANG) == "fr"
    for holder in (root, *names(root, "entry")):
        for once in ("id", "title", "updated"):
            assert len(names(holder, once)) == 1
            assert holder.findtext(ATOM + once).strip()
        for at_most in ("published", "summary", "content", "subtitle", "rights"):
            assert len(names(holder, at_most)) <= 1
        for person in names(holder, "author"):
            assert len(names(person, "name")) == 1
            assert person.findtext(f"{ATOM}name").strip()
            assert all(is_iri(uri.text) for uri in names(person, "uri"))
        for date in (*names(holder, "updated"), *names(holder, "published")):
            assert DATE.fullmatch(date.text)
        for category in names(holder, "category"):
            assert category.get("term")
        assert all(is_iri(link.get("href")) for link in names(holder, "link"))
        kinds = [(link.get("rel", "alternate"), link.get("type")) for link in names(holder, "link")]
        assert len(kinds) == len(set(kinds))
        assert "alternate" in [rel for rel, _type in kinds]
        assert holder.tag == f"{ATOM}entry" or "self" in [rel for rel, _type in kinds]
        # Who wrote it is said for the feed, or by each entry.
        assert names(holder, "author") or names(root, "author")
        for text in (*names(holder, "content"), *names(holder, "summary")):
            assert text.get("type") == "html"
            assert not len(text)
    ids = [entry.findtext(f"{ATOM}id") for entry in names(root, "entry")]
    assert len(ids) == len(set(ids))
    return names(root, "entry")


def strict_json(content):
    """Hold a feed to JSON Feed 1.1 (jsonfeed.org/version/1.1); give its items."""
    told = json.loads(content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert set(told) <= {"version", "title", "home_page_url", "feed_url", "description", "language", "items"}
    assert isinstance(told["title"], str)
    assert is_iri(told["home_page_url"])
    assert is_iri(told["feed_url"])
    assert told["language"] == "fr"
    allowed = {"id", "url", "title", "summary", "content_html", "image", "date_published", "date_modified"}
    for item in told["items"]:
        assert set(item) <= {*allowed, "authors", "tags"}
        assert all(isinstance(item[name], str) and item[name] for name in allowed & set(item))
        assert {"id", "content_html"} <= set(item)
        assert all(is_iri(item[name]) for name in ("url", "image") if name in item)
        assert all(DATE.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert all(set(author) == {"name", "url"} and author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
    assert len({item["id"] for item in told["items"]}) == len(told["items"])
    return told["items"]


@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize("which", range(4))
def test_each_feed_is_what_its_form_requires(client, section, form, which):
    address = addresses(form, section)[which]
    response = client.get(address)
    assert response.headers["Content-Type"] == TYPES[form]
    assert len((strict_atom if form == "atom" else strict_json)(response.content)) == 1
    assert f"https://veille.example{address}" in response.content.decode()


@pytest.mark.parametrize("form", ["atom", "json"])
def test_so_is_one_before_the_first_issue(client, form):
    response = client.get(f"/flux.{form}")
    assert not (strict_atom if form == "atom" else strict_json)(response.content)


@pytest.mark.parametrize("which", range(1, 4))
def test_both_forms_tell_the_same_of_a_section(client, section, which):
    atom, told = (client.get(addresses(form, section)[which]).content for form in ("atom", "json"))
    (entry,), (item,) = strict_atom(atom), strict_json(told)
    assert item["id"] == entry.findtext(f"{ATOM}id")
    assert item["content_html"] == entry.findtext(f"{ATOM}content")
    assert sorted(item["tags"]) == ["C++", "Réseau"]
    assert [category.get("term") for category in names(entry, "category")] == item["tags"]
    assert [author["name"] for author in item["authors"]] == ["Zoé & <Ali>", "Ali"]
    assert [name.text for name in entry.iter(f"{ATOM}name")] == ["Zoé & <Ali>", "Ali"]
    assert item["summary"] == "Moins <i> de code."
    assert unescape(entry.findtext(f"{ATOM}summary")) == item["summary"]
    assert item["image"] in item["content_html"]


def test_what_there_is_not_is_not_told(client, section):
    section.tags.clear()
    section.bylines.all().delete()
    Rendition.objects.update(web_html=f'<article><section id="{section.anchor}">x</section></article>')
    (item,) = strict_json(client.get(addresses("json", section)[3]).content)
    assert not {"tags", "authors", "image"} & set(item)


@pytest.mark.parametrize("which", range(4))
def test_a_reader_s_library_finds_no_fault(client, section, which):
    response = client.get(addresses("atom", section)[which])
    read = feedparser.parse(response.content, response_headers={"content-type": TYPES["atom"]})
    assert not read.bozo
    assert read.version == "atom10"
    (entry,) = read.entries
    assert "Entier." in entry.content[0].value
    assert entry.link.startswith("https://veille.example/numeros/12/")
    if which:
        assert [tag.term for tag in entry.tags]
        assert "&lt;i&gt;" in entry.summary


@pytest.mark.parametrize("form", ["atom", "json"])
def test_the_page_of_each_feed_leads_to_it(client, section, form):
    for address in addresses(form, section):
        html = client.get(address.rpartition("/")[0] + "/").content.decode()
        kind = TYPES[form].partition(";")[0]
        assert re.search(
            f'<link rel="alternate" type="{re.escape(kind)}" title="[^"]+" href="{address}">', html
        )


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_rubric_s_feed_is_found_under_its_former_words_too(client, section, form):
    key = section.rubric.pk
    assert client.get(f"/rubriques/autre-nom-{key}/flux.{form}").status_code == 200
    assert client.get(f"/rubriques/sans-cle/flux.{form}").status_code == 404
    assert client.get(RubricFactory().get_absolute_url() + f"flux.{form}").status_code == 404
