"""A passage is quoted, found again, resolved and reopened, with the text as it was typed all the while."""

import pytest
from playwright.sync_api import expect

from issues import workflow
from issues.models import Notice, Review
from tests.factories import SectionFactory, an_author, an_editor

pytestmark = pytest.mark.django_db(transaction=True)

PASSAGE = "Une phrase dont on parle,\nsur deux lignes."
SELECT = """(field, words) => {
    const start = field.value.indexOf(words);
    field.focus();
    field.setSelectionRange(start, start + words.length);
}"""
SELECTED = """() => {
    const field = document.activeElement;
    return field.id === "id_body" ? field.value.substring(field.selectionStart, field.selectionEnd) : "";
}"""


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    long = "Un paragraphe qui remplit la page.\n\n" * 40
    return SectionFactory(authors=[author.author], body=f"{long}{PASSAGE}\n\n{long}")


def open_page(page, section):
    page.goto(f"/admin/issues/section/{section.pk}/change/")
    return page.locator("#thread")


def test_a_passage_is_quoted_with_the_keyboard_and_found_again(desk, author, section):
    page = desk(author)
    thread = open_page(page, section)
    body = page.locator("#id_body")
    quote = page.get_by_role("button", name="Citer")
    quote.press("Enter")
    expect(page.locator(".thread-tool [role=status]")).to_have_text(
        "Sélectionnez d’abord un passage du texte."
    )
    body.evaluate(SELECT, PASSAGE)
    page.keyboard.press("Tab")
    expect(quote).to_be_focused()
    page.keyboard.press("Enter")
    expect(thread.locator("textarea")).to_be_focused()
    page.keyboard.type("Est-ce bien sûr ?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(thread.locator("[data-thread-passage]")).to_contain_text("Une phrase dont on parle,")
    assert Review.objects.get().quote.replace("\r\n", "\n") == PASSAGE
    expect(thread.locator("[data-thread-quoting]")).to_be_hidden()

    body.evaluate("(field) => field.setSelectionRange(0, 0)")
    thread.get_by_role("button", name="Voir dans le texte").press("Enter")
    assert page.evaluate(SELECTED) == PASSAGE


def test_a_quote_may_be_taken_back(desk, author, section):
    page = desk(author)
    thread = open_page(page, section)
    page.locator("#id_body").evaluate(SELECT, PASSAGE)
    page.get_by_role("button", name="Citer").click()
    thread.get_by_role("button", name="Ne pas citer").click()
    thread.locator("textarea").fill("En général")
    thread.get_by_role("button", name="Commenter", exact=True).click()
    expect(thread.locator(".thread-entry")).to_have_count(1)
    assert Review.objects.get().quote == ""


def test_resolving_leaves_what_is_typed_as_it_is(desk, author, section):
    question = workflow.comment(section, by=an_editor(), text="Sûr ?", quote=PASSAGE)
    page = desk(author)
    thread = open_page(page, section)
    page.locator("#id_body").fill("Pas encore enregistré")
    thread.locator("textarea").fill("Une réponse commencée")
    thread.get_by_role("button", name="Résoudre").press("Enter")
    entry = page.locator(f"#{question.anchor}")
    expect(entry.locator("summary")).to_contain_text("Résolu")
    expect(entry).to_be_focused()
    expect(thread.locator(".thread-open")).to_have_count(0)
    question.refresh_from_db()
    assert question.resolved_by == author
    expect(page.locator("#id_body")).to_have_value("Pas encore enregistré")
    expect(thread.locator("textarea")).to_have_value("Une réponse commencée")

    entry.locator("summary").press("Enter")
    entry.get_by_role("button", name="Voir dans le texte").click()
    expect(thread.locator("[data-thread-status]")).to_have_text("Ce passage a changé depuis.")
    entry.get_by_role("button", name="Rouvrir").press("Enter")
    expect(thread.locator(".thread-open")).to_have_text("1 à résoudre")


def test_a_text_that_is_locked_is_quoted_too(desk, author, section):
    workflow.submit(section, by=author)
    page = desk(author)
    thread = open_page(page, section)
    page.locator("[data-quotable]").evaluate(
        """(place) => {
            const node = place.firstChild;
            const start = node.data.indexOf("Une phrase");
            const end = node.data.indexOf("lignes.") + "lignes.".length;
            window.getSelection().setBaseAndExtent(node, start, node, end);
        }"""
    )
    page.get_by_role("button", name="Citer").click()
    thread.locator("textarea").fill("Une faute ici")
    thread.get_by_role("button", name="Commenter", exact=True).click()
    expect(thread.locator("[data-thread-passage]")).to_contain_text("Une phrase dont on parle,")
    page.evaluate("window.getSelection().removeAllRanges()")
    thread.get_by_role("button", name="Voir dans le texte").click()
    assert page.evaluate("String(window.getSelection())") == PASSAGE


def test_a_comment_that_could_not_be_kept_is_not_lost(desk, author, section):
    page = desk(author)
    thread = open_page(page, section)
    thread.locator("textarea").fill("Un long avis")
    page.context.set_offline(True)
    thread.get_by_role("button", name="Commenter", exact=True).click()
    expect(thread.locator("[data-thread-status]")).to_contain_text("encore là")
    page.context.set_offline(False)
    expect(thread.locator("textarea")).to_have_value("Un long avis")
    thread.get_by_role("button", name="Commenter", exact=True).click()
    expect(thread.locator(".thread-entry")).to_have_count(1)


def test_news_is_seen_once_the_thread_is_on_the_screen(desk, author, section):
    review = workflow.comment(section, by=an_editor(), text="Du nouveau")
    page = desk(author)
    open_page(page, section)
    page.wait_for_timeout(300)
    assert Notice.objects.get(recipient=author).seen_at is None
    page.goto("/redaction/nouveautes/")
    with page.expect_response("**/nouveautes/vu/") as seen:
        page.get_by_role("link", name="Du nouveau").click()
    assert seen.value.status == 204
    expect(page.locator(f"#{review.anchor}")).to_be_in_viewport()
    assert Notice.objects.get(recipient=author).seen_at


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_pushes_it_wider_than_the_screen(desk, author, section, width):
    endless = "Interminablement" * 20
    workflow.comment(section, by=an_editor(), text=endless, quote=endless)
    page = desk(author)
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        f"/admin/issues/section/{section.pk}/change/",
        "/redaction/nouveautes/",
        "/redaction/mes-avis/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
