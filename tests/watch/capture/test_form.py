"""The form at /veille/+: filled in by the address, kept by one click, and nothing lost on the way in."""

from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from issues.models import PageAlias
from tests.factories import (
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    a_published_issue,
    an_author,
)
from watch.capture import carrying
from watch.keeping import keep
from watch.models import Clip, Link, Subject

pytestmark = pytest.mark.django_db

PAGE = "/veille/+"
URL = "https://exemple.example/un-article?b=2&a=1"
ASKED = {
    "url": URL,
    "title": "Ça & là : « dix fois moins » 🚀",
    "text": "Un extrait, à garder + tel quel #1.",
}


@pytest.fixture
def person(client):
    person = an_author()
    client.force_login(person)
    return person


def open_page(client, **query):
    return client.get(f"{PAGE}?{urlencode(query)}")


def shown(response):
    return {name: response.context["form"][name].value() for name in ("url", "title", "quote", "via")}


def sent(response, **changes):
    form = response.context["form"]
    return {field.name: field.value() or "" for field in form} | changes


def test_opening_it_shows_all_and_writes_nothing(client, person):
    with CaptureQueriesContext(connection) as queries:
        response = open_page(client, **ASKED)
    assert shown(response) == {"url": URL, "title": ASKED["title"], "quote": ASKED["text"], "via": "share"}
    assert b"autofocus" in response.content
    written = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []


def test_one_click_keeps_it(client, person):
    rubric = RubricFactory()
    response = client.post(PAGE, sent(open_page(client, **ASKED), rubric=rubric.pk, tags="Outils, Métier"))
    clip = Clip.objects.get()
    assert response.url == f"/veille/+/{clip.pk}/?nouveau=1&fenetre=0"
    assert (clip.person, clip.link.url, clip.link.title, clip.quote) == (
        person,
        URL,
        ASKED["title"],
        ASKED["text"],
    )
    assert (clip.rubric, clip.tags, clip.via) == (rubric, ["Métier", "Outils"], "share")
    assert ASKED["title"] in client.get(response.url).content.decode().replace("&amp;", "&")


def test_the_window_of_the_bookmarklet_closes_itself(client, person):
    response = client.post(PAGE, sent(open_page(client, par="bookmarklet", **ASKED)))
    assert Clip.objects.get().via == "bookmarklet"
    assert "watch/close.js" in client.get(response.url).content.decode()


def test_it_becomes_a_subject_of_the_coming_issue_too(client, person):
    coming, rubric = IssueFactory(), RubricFactory()
    response = client.post(PAGE, sent(open_page(client, **ASKED), rubric=rubric.pk, sujet="1"))
    subject = Subject.objects.get()
    assert (subject.issue, subject.rubric, subject.title) == (coming, rubric, ASKED["title"])
    assert list(subject.links.all()) == [Link.objects.get()]
    assert "table de veille" in client.get(response.url).content.decode()


def test_kept_again_its_new_words_are_added_once_and_none_is_lost(client, person):
    keep(person, URL, via="form", note="À lire.", quote="Un début.")
    Clip.objects.update(is_set_aside=True)
    for _again in range(2):
        client.post(PAGE, {"url": URL, "note": "Lu.", "quote": "Une fin.", "tags": "Essai"})
    clip = Clip.objects.get()
    assert (clip.note, clip.quote) == ("À lire.\n\nLu.", "Un début.\n\nUne fin.")
    assert (clip.tags, clip.is_set_aside) == (["Essai"], False)


def test_it_says_who_kept_the_page_and_where_it_was_covered(client, person):
    other = an_author()
    keep(other, URL, via="form")
    issue = a_published_issue(number=812)
    SourceFactory(section=SectionFactory(issue=issue, title="L’article d’alors"), url=URL)
    text = open_page(client, url=f"{URL}&utm_source=x").content.decode()
    assert other.author.name in text
    assert timezone.localdate().strftime("%Y") in text
    assert "812" in text
    assert "L’article d’alors" in text
    keep(person, URL, via="form")
    assert open_page(client, url=URL).context["known"].mine == Clip.objects.get(person=person)
    alias = PageAlias.objects.create(
        key="https://exemple.example/court", canonical_url=Link.objects.get().key
    )
    assert len(open_page(client, url=alias.key).context["known"].clips) == 2


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "ftp://exemple.example/", "https://a\0.example/", "https://" + "a" * 2_000],
)
def test_what_is_no_address_is_said_and_the_words_stay(client, person, url):
    response = client.post(PAGE, {"url": url, "note": "Ma note.", "quote": "Un extrait."})
    assert response.status_code == 200
    assert response.context["form"].errors["url"]
    assert "Ma note." in response.content.decode()
    assert not Clip.objects.exists()


def test_who_may_not_keep_links_is_refused(client):
    client.force_login(UserFactory(is_staff=True))
    assert open_page(client, **ASKED).status_code == 403
    assert client.post(PAGE, {"url": URL}).status_code == 403
    assert not Clip.objects.exists()


# --- Logged out --------------------------------------------------------------------------------


def log_in(client, response):
    """Log in as a browser does: from the page that it was sent to."""
    client_page = client.get(response.url)
    assert client_page.status_code == 200
    assert len(response.url) < 4_094
    user = an_author()
    wanted = parse_qs(urlsplit(response.url).query)["next"][0]
    login = client.post(response.url, {"username": user.username, "password": "secret", "next": wanted})
    return user, client.get(login.url)


LONG = "L’été, déjà : « mille façons » d’écrire à côté & ailleurs + 1 🚀. " * 75


@pytest.mark.parametrize(
    "text", [ASKED["text"], LONG.strip(), "", "漢字" * 600], ids=["short", "5 kB", "none", "Han"]
)
def test_logged_out_it_comes_back_after_the_login(client, text):
    asked = ASKED | {"text": text, "par": "bookmarklet"}
    with CaptureQueriesContext(connection) as queries:
        response = open_page(client, **asked)
    assert not queries
    _user, page = log_in(client, response)
    assert shown(page) == {"url": URL, "title": ASKED["title"], "quote": text, "via": "bookmarklet"}


def test_it_comes_back_after_the_second_step_too(client, settings):
    settings.VEILLE_SECOND_STEP = "all"
    user = an_author()
    phone = TOTPDevice.objects.create(user=user)
    asked = ASKED | {"text": LONG.strip()}
    first = open_page(client, **asked)
    wanted = parse_qs(urlsplit(first.url).query)["next"][0]
    login = client.post(first.url, {"username": user.username, "password": "secret", "next": wanted})
    step = client.get(login.url)
    assert step.templates[0].name == "admin/login/second_step.html"
    code = f"{TOTP(phone.bin_key).token():06}"
    page = client.get(client.post(login.url, {"code": code, "next": step.context["next"]}).url)
    assert shown(page) == {"url": URL, "title": ASKED["title"], "quote": asked["text"], "via": "share"}


def test_what_was_typed_comes_back_when_the_session_has_ended(client, person):
    rubric = RubricFactory()
    typed = sent(
        open_page(client, **ASKED), note="Une note\r\nde deux lignes.", rubric=rubric.pk, tags="a, b"
    )
    client.logout()
    _user, page = log_in(client, client.post(PAGE, typed))
    assert not Clip.objects.exists()
    again = sent(page)
    assert again == {name: str(value) for name, value in typed.items()}
    client.post(PAGE, again)
    assert Clip.objects.get().note == "Une note\nde deux lignes."
    assert not any(client.cookies[name].value for name in carrying.COOKIES if name in client.cookies)


def test_the_cookies_of_one_passage_are_not_shown_for_another(client):
    first = open_page(client, **ASKED | {"text": LONG})
    second = open_page(client, **ASKED | {"text": LONG.replace("mille", "cent")})
    _user, page = log_in(client, second)
    assert shown(page)["quote"].startswith("L’été, déjà : « cent")
    page = client.get(parse_qs(urlsplit(first.url).query)["next"][0])
    assert shown(page) == {"url": URL, "title": ASKED["title"], "quote": "", "via": "share"}


def test_what_two_cookies_do_not_hold_loses_its_end_and_says_so(client):
    noise = "".join(sha256(str(n).encode()).hexdigest() for n in range(150))
    _user, page = log_in(client, client.post(PAGE, {"url": URL, "quote": noise, "note": "Une note."}))
    quote = page.context["form"]["quote"].value()
    assert quote.endswith(" …")
    assert noise.startswith(quote[:-2])
    assert page.context["form"]["note"].value() == "Une note."
    # With the others of the house, one header of 8,190 bytes holds them (gunicorn).
    assert len(client.cookies.output(header="", sep=";")) < 8_000
