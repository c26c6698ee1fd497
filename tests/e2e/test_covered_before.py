"""An address is pasted, and it is said at once where it was covered before."""

import pytest
from playwright.sync_api import expect

from tests.factories import AuthorFactory, SectionFactory, a_published_issue, an_author

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_pasted_address_is_told_at_once_in_the_text_and_in_a_new_source(desk):
    SectionFactory(
        issue=a_published_issue(number=12),
        title="🚀 Un titre",
        authors=[AuthorFactory(name="Yasmine")],
        body="[a](https://example.org/article)",
    )
    author = an_author()
    section = SectionFactory(authors=[author.author], body="Du texte.")
    page = desk(author)
    page.goto(f"/admin/issues/section/{section.pk}/change/")
    page.locator("#id_body").press("Control+End")
    page.keyboard.insert_text(" Voir [ceci](http://www.example.org/article/?utm_source=x).")
    hint = page.locator("#id_body_hint, .desk-editor + .covered-hints")
    expect(hint).to_contain_text("n° 12, «\u202f🚀 Un titre\u202f», par Yasmine")
    expect(hint.get_by_role("link")).to_have_attribute(
        "href", "/numeros/12/#section-" + str(SectionFactory._meta.model.objects.get(title="🚀 Un titre").pk)
    )
    expect(hint).to_have_attribute("aria-live", "polite")

    page.locator("#sources-group, [data-inline-formset*='sources']").get_by_text("Ajouter").last.click()
    page.locator("[name=sources-0-url]").fill("https://example.org/article")
    expect(page.locator(".field-url .covered-hints").first).to_contain_text("par Yasmine")
    page.locator("#id_body").fill("Du texte.")
    expect(hint).to_be_empty()
