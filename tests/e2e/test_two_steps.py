"""Logging in with a password and a phone, in a browser; the pages, light and dark, wide and narrow."""

import base64
import time

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import expect

from tests.e2e.test_accessibility import WIDTHS, serious
from tests.factories import an_editor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.look]


def shown_by(phone, steps_later=0):
    totp = TOTP(phone)
    totp.time = time.time() + 30 * steps_later
    return f"{totp.token():06}"


def log_in(page, user):
    page.goto("/admin/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "secret")
    page.click("#login-form [type=submit]")


@pytest.mark.parametrize(("width", "scheme"), [("wide", "dark"), ("narrow", "light")])
def test_a_phone_is_set_up_and_asked_for(browser, browser_context_args, live_server, settings, width, scheme):
    settings.VEILLE_SECOND_STEP = "editors"
    editor = an_editor()
    look = {"viewport": {"width": WIDTHS[width], "height": 900}, "color_scheme": scheme}
    first, second = (
        browser.new_context(**browser_context_args | look, base_url=live_server.url) for _n in range(2)
    )
    found = {}

    def judge(page, name):
        found[name] = serious(page)
        found[f"{name}: too wide"] = page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page = first.new_page()
    log_in(page, editor)
    # The policy lets the picture be seen.
    expect(page.locator(".login-picture")).to_be_visible()
    assert page.locator(".login-picture").evaluate(
        "picture => picture.decode().then(() => picture.naturalWidth)"
    )
    judge(page, "set up")
    page.click("summary")
    phone = base64.b32decode(page.locator(".login-secret code").inner_text().replace(" ", ""))
    page.fill("[name=code]", shown_by(phone, -1))
    page.fill("[name=password]", "secret")
    page.click(".login-go")
    expect(page.locator(".login-codes li")).to_have_count(10)
    judge(page, "recovery codes")
    code = page.locator(".login-codes code").first.inner_text()
    page.click(".login-go")
    expect(page.locator(".desk-hello")).to_be_visible()
    page.goto("/admin/deux-etapes/")
    judge(page, "two steps")
    page.goto("/admin/login/telephone/")
    judge(page, "another phone")

    page = second.new_page()
    log_in(page, editor)
    expect(page.locator("[name=code]")).to_be_focused()
    judge(page, "second step")
    page.click(".login-other a")
    judge(page, "by a recovery code")
    page.fill("[name=code]", code)
    page.keyboard.press("Enter")
    expect(page.locator(".desk-hello")).to_be_visible()
    first.close()
    second.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_who_guesses_too_often_is_told_to_wait(page, live_server, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    page.goto(f"{live_server.url}/admin/login/")
    for n in range(5):
        page.fill("[name=username]", "helene")
        page.fill("[name=password]", f"guess {n}")
        page.click("#login-form [type=submit]")
    expect(page.locator("h1")).to_contain_text("Trop de tentatives")
    assert serious(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
