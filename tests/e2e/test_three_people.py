"""An author, her co-author and the editor, each in their own browser, from a first draft to the public."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from issues.models import Issue, Section
from issues.tasks import publish_due
from tests.factories import IssueFactory, an_author, an_editor

pytestmark = pytest.mark.django_db(transaction=True)


def open_section(page):
    page.goto(f"/admin/issues/section/{Section.objects.get().pk}/change/")


def open_issue(page):
    page.goto(f"/admin/issues/issue/{Issue.objects.get().pk}/change/")


def see(page, state):
    expect(page.locator(f".desk-bar .desk-state-{state}").first).to_be_visible()


def rewrite(page, body):
    page.fill("[name=body]", body)
    page.click("[name=_continue]")


def test_three_people_bring_an_issue_out(desk, page, live_server):
    IssueFactory(number=15, title="À trois", subject="Veille n° 15 : à trois", preheader="Une idée à trois.")
    ada, bo = an_author(), an_author()
    author, co_author, editor = desk(ada), desk(bo), desk(an_editor())

    # --- Write, and sign together ---
    author.goto("/admin/issues/section/add/")
    author.fill("[name=title]", "🧵 Un fil à trois")
    author.fill("[name=body]", "Une première idée, encore courte.")
    author.click("[name=_save]")
    expect(author.get_by_text("Un fil à trois").first).to_be_visible()
    open_section(author)
    author.locator("#bylines-group").get_by_text("Ajouter", exact=False).last.click()
    author.select_option("[name=bylines-1-author]", label=bo.author.name)
    author.click("[name=_continue]")
    assert Section.objects.get().bylines.count() == 2

    # --- Submit, and be asked for more ---
    author.click("button[value=submit]")
    see(author, "submitted")
    expect(author.locator("[name=body]")).to_have_count(0)
    open_section(editor)
    editor.fill("#desk-comment", "Une source, s’il vous plaît ?")
    editor.click("button[formaction$='/request-changes/']")
    see(editor, "changes_requested")

    # --- Two at once: the second sees both texts, and decides ---
    open_section(author)
    open_section(co_author)
    expect(co_author.locator(".desk-thread")).to_contain_text("Une source, s’il vous plaît ?")
    rewrite(co_author, "Une idée que Bo a développée.")
    rewrite(author, "Une idée qu’Ada a développée.")
    expect(author.locator(".desk-conflict")).to_contain_text("Une idée que Bo a développée.")
    assert author.input_value("[name=body]") == "Une idée qu’Ada a développée."
    rewrite(author, "Une idée que Bo et Ada ont développée.")
    expect(author.locator(".desk-conflict")).to_have_count(0)
    assert Section.objects.get().body == "Une idée que Bo et Ada ont développée."

    # --- Approve ---
    open_section(co_author)
    co_author.click("button[value=submit]")
    see(co_author, "submitted")
    open_section(editor)
    editor.click("button[value=approve]")
    see(editor, "approved")
    open_issue(editor)
    editor.click("button[value=review]")
    see(editor, "in_review")
    editor.click("button[value=approve]")
    see(editor, "approved")

    # --- A late edit: both approvals fall, and the author sees what was changed ---
    open_section(editor)
    rewrite(editor, "Une idée que Bo et Ada ont bien développée.")
    see(editor, "submitted")
    open_issue(editor)
    see(editor, "in_review")
    open_section(author)
    author.get_by_role("link", name="Ce qui a changé depuis la soumission").click()
    expect(author.locator("ins")).to_contain_text("bien")

    # --- Approve again, schedule, publish ---
    open_section(editor)
    editor.click("button[value=approve]")
    see(editor, "approved")
    open_issue(editor)
    editor.click("button[value=approve]")
    see(editor, "approved")
    at = timezone.localtime() + timedelta(hours=1)
    editor.fill("#desk-at", f"{at:%Y-%m-%dT%H:%M}")
    editor.click("button[value=schedule]")
    see(editor, "scheduled")
    publish_due()
    assert Issue.objects.get().state == "scheduled"
    with time_machine.travel(at + timedelta(minutes=2)):
        publish_due()
    open_issue(editor)
    see(editor, "published")

    # --- The public reads it, and finds no way in ---
    page.goto(live_server.url + Issue.objects.get().get_absolute_url())
    expect(page.locator("body")).to_contain_text("Une idée que Bo et Ada ont bien développée.")
    expect(page.locator("body")).to_contain_text(bo.author.name)
    page.goto(f"{live_server.url}/admin/issues/section/{Section.objects.get().pk}/change/")
    expect(page.locator("[name=password]")).to_be_visible()
