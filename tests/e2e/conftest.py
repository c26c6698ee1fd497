"""A real browser: the system's Chromium, since a test tool's own download is not to be relied on."""

import os
import shutil

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# Other tests run beside these.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.worker)
            if CHROMIUM is None and not os.environ.get("VEILLE_REQUIRE_BROWSER"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    assert CHROMIUM, "VEILLE_REQUIRE_BROWSER is set, and there is no Chromium"
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-FR", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def desk(browser, browser_context_args, live_server):
    """Open the desk for an account, in a browser of its own."""
    contexts = []

    def sign_in(user):
        context = browser.new_context(**browser_context_args, base_url=live_server.url)
        contexts.append(context)
        # By the form they log in where that is what is tried: test_two_steps, test_nothing_is_lost.
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/admin/")
        expect(page.locator(".desk-hello")).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()
