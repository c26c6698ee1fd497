"""The desk's pages in a browser: axe finds nothing serious, and nothing is wider than the screen."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from issues import workflow
from issues.models import PlannedRubric
from tests.factories import IssueFactory, RubricFactory, SectionFactory, SourceFactory, an_author, an_editor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.look]

WIDTHS = {"wide": 1440, "narrow": 390}


@pytest.fixture
def house():
    """An issue with a section in every state, as a newsroom has it on an ordinary day."""
    author, editor = an_author(), an_editor()
    issue = IssueFactory(number=12, deadline=timezone.now() - timedelta(days=1))
    IssueFactory(number=13, deadline=timezone.now() + timedelta(days=9))
    rubric = RubricFactory(name="Essais")
    PlannedRubric.objects.create(issue=issue, rubric=RubricFactory(name="Agenda"))
    draft, waiting, to_change, approved = (
        SectionFactory(issue=issue, rubric=rubric, position=position, authors=[author.author])
        for position in range(1, 5)
    )
    SourceFactory(section=draft)
    for section in (waiting, to_change, approved):
        workflow.submit(section, by=author)
    workflow.request_changes(to_change, by=editor, comment="Plus court, s’il vous plaît.")
    workflow.approve_section(approved, by=editor)
    SectionFactory(issue=None, authors=[author.author])
    return {"author": author, "editor": editor, "issue": issue, "section": draft}


def serious(page):
    found = Axe().run(page).response["violations"]
    return {
        violation["id"]: [node["target"] for node in violation["nodes"]]
        for violation in found
        if violation["impact"] in ("serious", "critical")
    }


def addresses(house):
    issue = reverse("admin:issues_issue_change", args=[house["issue"].pk])
    section = reverse("admin:issues_section_change", args=[house["section"].pk])
    preview = reverse("issues:issue-preview", args=[house["issue"].pk])
    return {
        "author": [reverse("admin:index"), section, reverse("admin:issues_section_changelist")],
        "editor": [
            reverse("admin:index"),
            section,
            issue,
            reverse("admin:issues_section_changelist"),
            reverse("admin:issues_issue_changelist"),
            reverse("issues:issue-calendar"),
            preview,
        ],
    }


# Colours do not depend on the width, nor widths on the colours.
@pytest.mark.parametrize(("width", "scheme"), [("wide", "dark"), ("narrow", "light")])
@pytest.mark.parametrize("who", ["author", "editor"])
def test_the_desk(desk, house, who, width, scheme):
    page = desk(house[who])
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    found = {}
    for address in addresses(house)[who]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        violations = serious(page)
        if overflow > 0:
            violations["overflow"] = overflow
        if violations:
            found[address] = violations
    assert found == {}


@pytest.mark.parametrize(("width", "scheme"), [("wide", "dark"), ("narrow", "light")])
def test_the_login_page(page, live_server, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    page.goto(f"{live_server.url}/admin/login/")
    assert serious(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_cards_of_the_board_with_all_they_hide(desk, house, width):
    IssueFactory(title="Un titre assez long pour passer à la ligne dans une colonne du tableau")
    page = desk(house["editor"])
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    page.goto(reverse("admin:index"))
    for summary in page.locator(".board-move summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    too_wide = "cards => cards.filter(card => card.scrollWidth > card.clientWidth).length"
    assert page.locator(".board-card").evaluate_all(too_wide) == 0
    assert serious(page) == {}


def test_the_menus_of_the_navigation(desk, house):
    page = desk(house["author"])
    page.set_viewport_size({"width": 390, "height": 900})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(reverse("admin:index"))
        page.locator("button[aria-label=Navigation]").click()
        page.locator("#desk-account-opener").click()
        expect(page.locator("#desk-account")).to_be_visible()
        # While it fades in, its colours are not yet its own.
        page.wait_for_timeout(400)
        assert serious(page) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_drawer_with_the_preview(desk, house, width):
    page = desk(house["editor"])
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    page.goto(reverse("admin:issues_issue_change", args=[house["issue"].pk]))
    opener = page.locator("[data-preview-open]")
    opener.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#preview")
    expect(drawer).to_be_visible()
    expect(page.frame_locator("#preview iframe").locator("h1")).to_contain_text(house["issue"].title)
    assert serious(page) == {}
    page.locator("#preview-tab-600").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#preview-tab-375")).to_have_attribute("aria-selected", "true")
    page.locator("[data-preview-dark]").click()
    paper = page.frame_locator("#preview iframe").locator("body")
    expect(paper).to_have_css("background-color", "rgb(23, 25, 31)")
    page.locator("#id_title").evaluate("field => field.dispatchEvent(new Event('input', {bubbles: true}))")
    expect(page.locator("[data-preview-unsaved]")).not_to_be_empty()
    page.reload()
    expect(page.locator("#preview-tab-375")).to_have_attribute("aria-selected", "true")
    page.locator("#preview-tab-375").press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
