"""A page that closes in mid-sentence, two people in one section, a session that ends: no word is lost."""

import re

import pytest
from playwright.sync_api import expect

from issues.models import Draft, Section
from tests.factories import AuthorFactory, SectionFactory, SourceFactory, an_author, an_editor

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = re.compile(r"Brouillon enregistré à \d\d:\d\d")


@pytest.fixture
def camille():
    user = an_author()
    user.first_name = "Camille"
    user.save()
    return user


@pytest.fixture
def section(camille):
    return SectionFactory(authors=[camille.author], body="Le chat dort sur le canapé.")


def address(section):
    return f"/admin/issues/section/{section.pk}/change/"


def closed_and_opened_again(page, url):
    context = page.context
    page.close(run_before_unload=False)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(url)
    return page


def test_a_page_closed_in_mid_sentence_gives_its_text_back(desk, section):
    page = desk(section.bylines.get().author.user)
    page.goto(address(section))
    page.locator("#id_body").fill("Une phrase qui ne finit")
    page.locator("#sources-group .add-row a, #sources-group a.add-row").click()
    page.locator("#id_sources-0-title").fill("Un article")
    expect(page.locator("[data-drafts]")).to_have_text(KEPT)

    page = closed_and_opened_again(page, address(section))
    expect(page.locator(".drafts-offer ins").first).to_be_visible()
    page.get_by_role("button", name="Reprendre").click()
    expect(page.locator("#id_body")).to_have_value("Une phrase qui ne finit")
    expect(page.locator("#id_sources-0-title")).to_have_value("Un article")
    expect(page.locator(".markdownx-preview")).to_contain_text("Une phrase qui ne finit")
    page.locator("#id_body").press_sequentially(" pas.")
    page.locator("[name=_continue]").click()
    expect(page.locator(".drafts-offer")).to_have_count(0)
    section.refresh_from_db()
    assert section.body.endswith("pas.")
    assert [source.title for source in section.sources.all()] == ["Un article"]
    assert not Draft.objects.exists()


def test_a_new_section_is_given_back_too_or_thrown_away(desk, camille):
    page = desk(camille)
    page.goto("/admin/issues/section/add/")
    page.locator("#id_title").fill("🧪 Pas encore née")
    expect(page.locator("[data-drafts]")).to_have_text(KEPT)
    page = closed_and_opened_again(page, "/admin/issues/section/add/")
    page.get_by_role("button", name="Supprimer le brouillon").click()
    expect(page.locator(".drafts-offer")).to_have_count(0)
    page.goto("/admin/issues/section/add/")
    expect(page.locator(".drafts-offer")).to_have_count(0)
    assert not Section.objects.exists()


def test_without_a_connection_the_browser_keeps_it(desk, section):
    page = desk(section.bylines.get().author.user)
    page.goto(address(section))
    page.route("**/brouillons/**", lambda route: route.abort())
    page.locator("#id_body").fill("Dans le train")
    expect(page.locator("[data-drafts]")).to_have_text("Hors connexion : conservé dans ce navigateur")
    page = closed_and_opened_again(page, address(section))
    card = page.locator(".drafts-offer")
    expect(card).to_contain_text("Dans le train")
    card.get_by_role("button", name="Reprendre").click()
    expect(page.locator("#id_body")).to_have_value("Dans le train")
    expect(page.locator("[data-drafts]")).to_have_text(KEPT)
    assert Draft.objects.get().data["body"] == "Dans le train"


def test_a_session_that_ends_costs_no_word(desk, section):
    page = desk(section.bylines.get().author.user)
    page.goto(address(section))
    session = [cookie for cookie in page.context.cookies() if cookie["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(session)
    page.locator("#id_body").fill("Trop tard")
    expect(page.locator("[data-drafts]")).to_contain_text("Votre session est terminée")
    page.locator("[name=_continue]").click()
    page.fill("[name=username]", section.bylines.get().author.user.username)
    page.fill("[name=password]", "secret")
    page.click("[type=submit]")
    card = page.locator(".drafts-offer")
    expect(card).to_contain_text("Trop tard")
    card.get_by_role("button", name="Reprendre").click()
    page.locator("[name=_continue]").click()
    expect(page.locator(".drafts-offer")).to_have_count(0)
    section.refresh_from_db()
    assert section.body == "Trop tard"
    page.goto(address(section))
    expect(page.locator(".drafts-offer")).to_have_count(0)


def test_two_people_see_each_other_and_both_versions(desk, camille, section):
    ali = an_editor()
    ali.first_name = "Ali"
    ali.save()
    SourceFactory(section=section)
    section.bylines.create(author=AuthorFactory(), position=1)
    hers, his = desk(camille), desk(ali)
    hers.goto(address(section))
    his.goto(address(section))
    expect(his.locator("[data-drafts-others]")).to_have_text("Camille est aussi dans cette section.")
    his.locator("#id_body").fill("Le chien dort sur le canapé.")
    his.locator("[name=_continue]").click()
    expect(his.locator("#id_body")).to_have_value("Le chien dort sur le canapé.")

    hers.locator("#id_body").fill("Le chat dort sur le tapis.")
    expect(hers.locator("[data-drafts-others]")).to_have_text("Ali est aussi dans cette section.")
    expect(hers.locator("[data-drafts-newer]")).to_be_visible()
    hers.locator("[name=_continue]").click()
    conflict = hers.locator(".drafts-conflict")
    expect(conflict).to_contain_text("Ali a enregistré une autre version")
    expect(conflict.locator(".drafts-typed ins")).to_have_text(["chat", "tapis"])
    expect(conflict.locator(".drafts-saved del")).to_have_text(["chien", "canapé"])
    conflict.get_by_role("button", name="Prendre l’autre").click()
    expect(hers.locator("#id_body")).to_have_value("Le chien dort sur le canapé.")
    hers.get_by_role("button", name="Reprendre").click()
    hers.locator("[name=_continue]").click()
    expect(hers.locator(".drafts-offer")).to_have_count(0)
    section.refresh_from_db()
    assert section.body == "Le chat dort sur le tapis."
    assert "Le chien dort sur le canapé." in section.history.values_list("body", flat=True)
