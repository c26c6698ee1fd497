"""From a page of somebody else to a section: the bookmarklet, the login in between, two clips, a draft."""

import re
from urllib.parse import unquote

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from issues.models import Section
from tests.e2e.test_accessibility import WIDTHS, serious
from tests.factories import IssueFactory, RubricFactory, an_author
from watch.capture.bookmarklet import bookmarklet
from watch.capture.tokens import make
from watch.keeping import keep
from watch.models import Clip

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.look]

FOREIGN = "https://ailleurs.example/un-article?x=1&y=été"
PASSAGE = "Une phrase de l’article — « comptée » & pesée, à 100 % + 1. " * 50
HTML = f"""<!doctype html><html lang="fr"><meta charset="utf-8"><title>Un article d’ailleurs</title>
<p id="passage">{PASSAGE}</p></html>"""


@pytest.fixture
def elsewhere(browser, browser_context_args, live_server, settings):
    """A page of another site, whose policy allows no script at all."""
    settings.SITE_URL = live_server.url
    context = browser.new_context(**browser_context_args, base_url=live_server.url)
    headers = {"Content-Type": "text/html", "Content-Security-Policy": "default-src 'none'"}
    context.route("https://ailleurs.example/**", lambda route: route.fulfill(body=HTML, headers=headers))
    page = context.new_page()
    page.goto(FOREIGN)
    yield page
    context.close()


def click_on_the_bookmarklet(page):
    """Run what its address holds, as the bookmarks bar does; give the window that opens."""
    code = unquote(bookmarklet().removeprefix("javascript:"))
    with page.expect_popup() as opened:
        page.evaluate(f"() => {{ {code} }}")
    return opened.value


def test_a_page_is_captured_and_becomes_part_of_a_section(elsewhere):
    person = an_author()
    IssueFactory(number=14, title="À venir")
    keep(person, "https://exemple.example/deja", via=Clip.Via.FORM, title="Gardé hier", note="Ma note.")

    # --- Logged out: the form comes after the login, with the passage in it ---
    elsewhere.evaluate("getSelection().selectAllChildren(document.getElementById('passage'))")
    window = click_on_the_bookmarklet(elsewhere)
    window.fill("[name=username]", person.username)
    window.fill("[name=password]", "secret")
    window.click("[type=submit]")
    expect(window.locator("[name=title]")).to_have_value("Un article d’ailleurs")
    expect(window.locator("[name=url]")).to_have_value(FOREIGN.replace("é", "%C3%A9"))
    expect(window.locator("[name=quote]")).to_have_value(PASSAGE.strip())
    assert Clip.objects.count() == 1

    # --- The button waits for the second click; then the window is gone ---
    expect(window.get_by_role("button", name="Garder", exact=True)).to_be_focused()
    with window.expect_event("close"):
        window.keyboard.press("Enter")
    clip = Clip.objects.latest("pk")
    assert (clip.person, clip.via, clip.quote) == (person, "bookmarklet", PASSAGE.strip())

    # --- Logged in, it is said that it was kept; a passage without end is cut, so that a server reads it ---
    elsewhere.evaluate("text => document.getElementById('passage').append(text)", PASSAGE * 10)
    elsewhere.evaluate("getSelection().selectAllChildren(document.getElementById('passage'))")
    window = click_on_the_bookmarklet(elsewhere)
    expect(window.locator("[name=quote]")).to_have_value(re.compile(r".{2000,} …$", re.DOTALL))
    assert len(window.url) < 8_000
    expect(window.locator(".capture-known")).to_contain_text("Vous avez gardé cette page")
    window.close()

    # --- Two clips become a draft, on whose form the person goes on ---
    desk = elsewhere
    desk.goto(reverse("watch:clips"))
    for title in ("Un article d’ailleurs", "Gardé hier"):
        desk.get_by_label(title).check()
    expect(desk.locator("[data-picked]")).to_have_text("2 liens sont cochés.")
    desk.get_by_role("button", name="Écrire une section").click()
    desk.fill("[name=title]", "🗞️ Deux lectures")
    desk.get_by_role("button", name="Créer la section").click()
    expect(desk.locator("[name=title]")).to_have_value("🗞️ Deux lectures")
    expect(desk.locator("[name=body]")).to_have_value(Section.objects.get().body)
    expect(desk.locator("[name=sources-0-title]")).to_have_value("Gardé hier")
    expect(desk.locator("[name=sources-1-title]")).to_have_value("Un article d’ailleurs")
    assert Section.objects.get().byline() == [person.author]


def test_the_pages_of_the_watch_desk(desk):
    person, rubric = an_author(), RubricFactory(name="Outils")
    words = {"note": "Une note.", "quote": "Une phrase.", "rubric": rubric}
    clip, _new = keep(person, "https://exemple.example/" + "long" * 60, via=Clip.Via.FORM, **words)
    make(person, "Mon téléphone")
    page = desk(person)
    addresses = (
        f"/veille/+?url={clip.link.url}&par=bookmarklet",
        reverse("watch:capture-tools"),
        reverse("watch:clips"),
        reverse("watch:clip", args=[clip.pk]),
        f"{reverse('watch:draft')}?trouvaille={clip.pk}",
    )
    found = {}
    # Colours do not depend on the width, nor widths on the colours.
    for width, scheme in (("wide", "dark"), ("narrow", "light")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        for address in addresses:
            page.goto(address)
            violations = serious(page)
            if (overflow := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                violations["overflow"] = overflow
            if violations:
                found[width, address] = violations
    assert found == {}
