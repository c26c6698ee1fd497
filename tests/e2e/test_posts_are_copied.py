"""The counter of a post counts as its network does, and the button copies what was changed."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import SectionFactory, a_published_issue, an_author


def test_a_post_is_changed_counted_and_copied(desk, transactional_db, live_server):
    issue = a_published_issue(title="Les pannes")
    SectionFactory(issue=issue, title="🚀 La coupure")
    page = desk(an_author())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(reverse("watch:posts", args=[issue.pk]))
    bluesky = page.locator("[data-post=bluesky]")
    bluesky.locator("textarea").fill("👩‍👩‍👧 " * 20)
    expect(bluesky.locator("[data-count]")).to_have_text("40")
    mastodon = page.locator("[data-post=mastodon]")
    mastodon.locator("textarea").fill("voir https://exemple.example/" + "x" * 300)
    expect(mastodon.locator("[data-count]")).to_have_text("28")
    bluesky.locator("textarea").fill("x" * 301)
    expect(bluesky.locator(".post-count")).to_have_css("font-weight", "600")
    mastodon.get_by_role("button").click()
    expect(mastodon.get_by_role("status")).to_have_text("Copié.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("voir https://exemple.example/xxx")
