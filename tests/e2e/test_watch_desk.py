"""The watch desk in browsers: two authors and an editor at one board, each in their own."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from issues.models import PlannedRubric, Section
from tests.e2e.test_accessibility import serious
from tests.factories import IssueFactory, RubricFactory, SectionFactory, an_author, an_editor
from watch.board import subjects, taking
from watch.models import Subject

pytestmark = pytest.mark.django_db(transaction=True)

BOARD = reverse("watch:board")
FIRST, SECOND = "https://pages.example/une", "https://pages.example/deux"


@pytest.fixture
def house():
    """An issue with two rubrics, somebody to edit it, and two to write for it."""
    issue = IssueFactory(number=13, deadline=timezone.now() + timedelta(days=9))
    rubrics = [RubricFactory(name="À la une"), RubricFactory(name="Outils")]
    for position, rubric in enumerate(rubrics):
        PlannedRubric.objects.create(issue=issue, rubric=rubric, position=position)
    return {"issue": issue, "rubrics": rubrics, "editor": an_editor(), "ada": an_author(), "bo": an_author()}


def card(page, title):
    return page.locator(".wb-card", has_text=title)


def place(page, name):
    return page.locator(".wb-column", has=page.get_by_role("heading", name=name))


def capture(page, url, title, note):
    page.goto(f"/veille/+?{urlencode({'url': url, 'title': title})}")
    page.fill("[name=note]", note)
    page.get_by_role("button", name="Garder", exact=True).click()
    expect(page.locator("[name=note]")).to_have_count(0)


def bring(page, title, under, *links):
    page.get_by_role("link", name=f"Nouveau sujet sous {under}").click()
    page.fill("[name=title]", title)
    page.fill("[name=links]", "\n".join(links))
    page.get_by_role("button", name="Mettre au tableau").click()


def test_two_authors_claim_and_collide_and_the_editor_sees_the_board_move(desk, house):
    ada, bo, editor = desk(house["ada"]), desk(house["bo"]), desk(house["editor"])
    for page in (ada, bo, editor):
        page.goto(BOARD)

    # --- Both keep a page; one brings a subject: it is on the others' boards by itself ---
    capture(ada, FIRST, "Une base", "À lire de près.")
    capture(bo, SECOND, "Deux bases", "Le revers de la médaille.")
    for page in (ada, bo):
        page.goto(BOARD)
    bring(ada, "Deux bases pour le prix d’une", "À la une", FIRST, SECOND)
    for page in (bo, editor):
        expect(card(place(page, "À la une"), "Deux bases").locator(".wb-state")).to_have_text("libre")

    # --- Both want it: one has it, the other is told who ---
    bo.route("**/sujets/maintenant/**", lambda route: route.abort())
    ada.get_by_role("button", name="Je le prends : Deux bases").click()
    expect(card(ada, "Deux bases").locator(".wb-who")).to_contain_text(house["ada"].author.name)
    bo.get_by_role("button", name="Je le prends : Deux bases").click()
    expect(bo.get_by_text(f"est pris : c’est {house['ada'].author.name} qui l’a")).to_be_visible()
    bo.unroute("**/sujets/maintenant/**")

    # --- The editor's open board moved, said so, and left her own words alone ---
    expect(card(editor, "Deux bases").locator(".wb-state")).to_have_text("pris")
    expect(editor.locator("[data-announce]")).to_contain_text("l’a pris : Deux bases")
    card(editor, "Deux bases").locator("summary").click()
    field = editor.get_by_label("Ajouter un lien")
    field.fill("https://pages.example/à-moit")
    card(ada, "Deux bases").get_by_role("button", name="Rendre").click()
    expect(editor.locator("[data-announce]")).to_contain_text("l’a rendu")
    expect(field).to_be_focused()
    expect(field).to_have_value("https://pages.example/à-moit")

    # --- Dragged by the editor, it moves on the authors' boards ---
    editor.reload()
    card(editor, "Deux bases").locator(".wb-handle").drag_to(place(editor, "Outils").locator(".wb-cards"))
    expect(editor.locator("[data-announce]")).to_have_text("Déplacé.")
    expect(card(place(bo, "Outils"), "Deux bases")).to_be_visible()
    assert Subject.objects.get().rubric == house["rubrics"][1]

    # --- The other takes it and drafts from the links; the editor sees that, too ---
    card(bo, "Deux bases").get_by_role("button", name="Je le prends").click()
    card(bo, "Deux bases").get_by_role("link", name="Rédiger").click()
    bo.get_by_role("button", name="Créer la section").click()
    expect(bo.locator("[name=title]")).to_have_value("Deux bases pour le prix d’une")
    expect(card(place(editor, "Outils"), "Deux bases").locator(".wb-state")).to_have_text(
        "en cours d’écriture"
    )
    section = Section.objects.get()
    assert (section.byline(), section.rubric) == ([house["bo"].author], house["rubrics"][1])
    for words in ("Une base", "À lire de près.", "Deux bases", "Le revers de la médaille."):
        assert words in section.body
    assert [source.url for source in section.sources.all()] == [FIRST, SECOND]
    bo.get_by_role("button", name="Soumettre").first.click()
    expect(card(editor, "Deux bases").locator(".wb-state")).to_have_text("en relecture")


@pytest.mark.look
def test_the_board_is_for_everybody_and_fits(desk, house):
    issue, (une, _outils), ada = house["issue"], house["rubrics"], house["ada"]
    link = "https://pages.example/" + "un-très-long-chemin" * 10
    made = {
        title: subjects.create(issue, title, by=ada, rubric=une, note="Une note.", links=[link])
        for title in ("Libre", "Proposé", "Pris", "En retard")
    }
    taking.propose(made["Proposé"], ada.author, by=house["editor"])
    for title in ("Pris", "En retard"):
        taking.take(made[title], by=ada)
    Subject.objects.filter(pk=made["En retard"].pk).update(due=timezone.now() - timedelta(hours=1))
    for state in ("draft", "changes_requested", "submitted", "approved"):
        SectionFactory(issue=issue, state=state, authors=[ada.author])
    page = desk(house["editor"])
    for width, scheme in [(1440, "light"), (390, "dark")]:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for address in (f"{BOARD}?sous=%3A", reverse("watch:subject", args=[made["Pris"].pk])):
            page.goto(address)
            for more in page.locator(".wb-more summary").all():
                more.click()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert serious(page) == {}
