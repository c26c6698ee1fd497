"""The whole road, in a browser: written, submitted, approved, published, sent, read, left."""

import base64
import io
import re
import urllib.request
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from issues.models import Issue, Section
from subscribers.models import Subscriber
from tests.factories import IssueFactory, SubscriberFactory, an_author, an_editor
from tests.processes import a_worker, wait_until
from tests.sink import a_sink

pytestmark = pytest.mark.django_db(transaction=True)

SUBSCRIBERS = 25
DROP = """([editor, data]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "carte.png", {type: "image/png"}));
    editor.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true}));
}"""


def a_picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (320, 180), (180, 67, 47)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def write_a_section(page) -> None:
    page.click("a[href$='/admin/issues/section/add/']")
    page.fill("[name=title]", "🧭 S’orienter dans les journaux")
    page.fill("[name=body]", "Un texte **net**, « cité » !\n\n## Pourquoi\n\n- un\n- deux\n\n")
    preview = page.locator(".desk-prose")
    expect(preview.locator("strong")).to_have_text("net")
    page.locator("[name=body]").evaluate(
        "(editor) => editor.setSelectionRange(editor.value.length, editor.value.length)"
    )
    page.evaluate(DROP, [page.locator("[name=body]").element_handle(), a_picture()])
    expect(preview.locator("img")).to_be_visible()
    page.locator("[name=body]").evaluate(
        "(editor) => { editor.value = editor.value.replace(/!\\[[^\\]]*\\]/, '![Une carte]'); }"
    )
    page.click("[name=_save]")


def test_from_a_first_word_to_a_reader_who_leaves(desk, live_server):
    issue = IssueFactory(number=14, title="Les journaux", subject="Veille n° 14 : les journaux")
    readers = [SubscriberFactory(name=f"Lecteur {n}") for n in range(SUBSCRIBERS)]
    SubscriberFactory(state=Subscriber.State.UNSUBSCRIBED)

    author_page = desk(an_author())
    write_a_section(author_page)
    section = Section.objects.get()
    author_page.goto(f"/admin/issues/section/{section.pk}/change/")
    author_page.click("button[value=submit]")
    expect(author_page.locator(".desk-state-submitted")).to_be_visible()
    expect(author_page.locator("[name=body]")).to_have_count(0)

    editor_page = desk(an_editor())
    editor_page.click(f"a[href='/admin/issues/section/{section.pk}/change/']")
    editor_page.click("button[value=approve]")
    expect(editor_page.locator(".desk-state-approved")).to_be_visible()
    editor_page.goto(f"/admin/issues/issue/{issue.pk}/change/")
    editor_page.click("button[value=review]")
    editor_page.click("button[value=approve]")
    expect(editor_page.locator(".desk-state-approved").first).to_be_visible()

    with a_sink() as sink, a_worker(EMAIL_URL=sink.url):
        editor_page.click("button[value=publish]")
        expect(editor_page.locator(".desk-state-published")).to_be_visible()
        wait_until(lambda: len(sink.received) >= SUBSCRIBERS, 60, "all mails at the sink")
        wait_until(lambda: not issue.mailing.batches.exclude(state="done").exists(), 20, "all batches done")
    assert sorted(sink.recipients) == sorted(reader.email for reader in readers)

    editor_page.goto(f"/admin/mailings/mailing/{issue.mailing.pk}/change/")
    expect(editor_page.locator("progress, [role=progressbar]").first).to_be_visible()

    mail = next(mail for mail in sink.received if mail.recipient == readers[0].email)
    assert mail.message["Subject"] == "Veille n° 14 : les journaux"
    html = mail.message.get_body(["html"]).get_content()
    assert "S’orienter dans les journaux" in html
    assert 'alt="Une carte"' in html
    assert readers[0].token in html
    assert not any(reader.token in html for reader in readers[1:])
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    url = re.findall(r"<(https://[^>]+)>", mail.message["List-Unsubscribe"])[0]
    request = urllib.request.Request(  # noqa: S310
        live_server.url + urlsplit(url).path, data=b"List-Unsubscribe=One-Click", method="POST"
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        assert response.status == 200
    assert Subscriber.objects.get(pk=readers[0].pk).state == Subscriber.State.UNSUBSCRIBED

    reader_page = editor_page
    reader_page.goto(Issue.objects.get().get_absolute_url())
    expect(reader_page.locator("h1")).to_contain_text("Les journaux")
    expect(reader_page.locator("img[alt='Une carte']")).to_be_visible()

    useful = urlsplit(re.findall(r'"(https://[^"]+choix=useful)"', html)[0])
    reader_page.goto(f"{live_server.url}{useful.path}?{useful.query}")
    reader_page.get_by_role("button", name="Utile").click()
    expect(reader_page.get_by_role("status")).to_contain_text("sans votre nom")
    reader_page.fill("textarea", "Merci pour la carte !")
    reader_page.get_by_role("button", name="Envoyer").click()
    expect(reader_page.get_by_role("status")).to_contain_text("en route")
    assert [(row["useful"], row["not_for_me"]) for row in section.reactions.totals()] == [(1, 0)]
