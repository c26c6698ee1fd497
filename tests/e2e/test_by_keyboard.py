"""The desk without a mouse."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import IssueFactory, SectionFactory, an_author, an_editor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.look]

FOCUSED = "document.activeElement?.closest('{}') !== null"


def tab_to(page, selector, at_the_most=60):
    """Press Tab until the focus is there. Fails where it never comes."""
    for _step in range(at_the_most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED.format(selector)):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_the_first_step_leads_past_the_navigation(desk):
    page = desk(an_author())
    page.goto("/admin/")
    page.keyboard.press("Tab")
    expect(page.locator(".desk-skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED.format("main a"))


def test_the_navigation_opens_on_a_narrow_screen_and_takes_the_focus(desk):
    page = desk(an_author())
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/admin/")
    tab_to(page, "button[x-on\\\\:click*=sidebarToggle]", 3)
    page.keyboard.press("Enter")
    expect(page.locator("#nav-sidebar-inner")).to_be_visible()
    assert page.evaluate(FOCUSED.format("#nav-sidebar-inner"))
    tab_to(page, "#nav-sidebar-inner a[href*=section]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/issues/section/")


def test_the_theme_is_changed_and_the_account_left(desk):
    page = desk(an_author())
    page.goto("/admin/")
    opener = page.locator("#desk-account-opener")
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    dark = page.locator("#desk-account button[aria-pressed]").nth(1)
    dark.press("Enter")
    expect(page.locator("html")).to_have_class("dark")
    expect(dark).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#desk-account")).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    leave = page.locator("#logout-form button")
    # A key that comes before the menu is open falls on what has the focus.
    expect(leave).to_be_visible()
    leave.press("Enter")
    page.wait_for_url("**/logout/")


def test_tab_leaves_the_markdown_editor_in_both_directions(desk):
    author = an_author()
    section = SectionFactory(authors=[author.author])
    page = desk(author)
    page.goto(reverse("admin:issues_section_change", args=[section.pk]))
    text = page.locator("#id_body")
    for key in ("Tab", "Shift+Tab"):
        text.focus()
        page.keyboard.press(key)
        expect(text).not_to_be_focused()
    expect(text).to_have_value(section.body)


def test_a_section_is_moved_on_the_board(desk):
    issue = IssueFactory()
    first, second = (SectionFactory(issue=issue, position=position) for position in (1, 2))
    page = desk(an_editor())
    page.goto("/admin/")
    tab_to(page, f"#board-{second.pk} summary")
    page.keyboard.press("Enter")
    tab_to(page, f"#board-{second.pk} button[value=up]", 1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/?numero={issue.number}#board-{second.pk}")
    expect(page.locator(f"#board-{second.pk} .board-place")).to_contain_text("1")
    assert list(issue.sections.order_by("position")) == [second, first]
