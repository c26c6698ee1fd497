"""An issue to what readers get."""

import io

import pytest
from django.utils import translation
from PIL import Image

from issues.models import Issue
from issues.rendering import email_size, render_issue, sample_values
from issues.rendering.slots import CLOSE, GREETING, OPEN, PATTERN, fill
from pictures.upload import store_picture
from tests.factories import AuthorFactory, IssueFactory, RubricFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db

PARAGRAPH = "Les équipes qui mesurent ce qu'elles livrent décident mieux, et plus tôt. " * 8


@pytest.fixture
def issue():
    issue = IssueFactory(title="Un essai : le premier !", closing="À bientôt.")
    rubric = RubricFactory(name="Outils")
    for number in range(3):
        section = SectionFactory(
            issue=issue,
            rubric=rubric if number else None,
            title=f"🧪 Section {number} <script>",
            body="Un fait[^1] **sûr**.\n\n[^1]: La note.",
            authors=[AuthorFactory(name=f"Zoé & Noé {number}")],
        )
        SourceFactory(section=section, title=f"Source {number}", publisher="Revue")
    return issue


def test_all_three_forms_say_the_same(issue):
    rendering = render_issue(issue)
    for form in (rendering.web_html, rendering.email_html, rendering.text):
        for number in range(3):
            assert f"Section {number}" in form
            assert f"Source {number}" in form
            assert "Zoé" in form
        assert "À bientôt." in form


def test_fields_that_are_no_markdown_are_escaped(issue):
    rendering = render_issue(issue)
    for html in (rendering.web_html, rendering.email_html):
        assert "<script" not in html
        assert "Zoé &amp; Noé" in html


def test_a_rubric_is_announced_once_before_its_sections(issue):
    assert render_issue(issue).web_html.count('class="rubric"') == 1


def test_footnotes_of_two_sections_do_not_meet(issue):
    html = render_issue(issue).web_html
    for section in issue.sections.all():
        assert html.count(f'id="fn-{section.anchor}-1"') == 1


def test_the_email_holds_the_places_where_readers_differ(issue):
    rendering = render_issue(issue)
    slots = {"greeting", "unsubscribe_url", "preferences_url", "answers_url", "links_url"}
    assert set(PATTERN.findall(rendering.email_html)) == slots
    assert set(PATTERN.findall(rendering.text)) == slots
    filled = fill(rendering.email_html, sample_values())
    assert OPEN not in filled
    assert CLOSE not in filled
    assert OPEN not in rendering.web_html


@pytest.mark.parametrize("field", ["title", "subject", "preheader", "introduction", "closing"])
def test_no_field_of_an_issue_can_name_a_slot_or_turn_the_text_round(issue, field):
    setattr(issue, field, f"x{OPEN}forged{CLOSE}\u202e")
    assert_nothing_forged(render_issue(issue))


def test_nothing_of_a_section_can_name_a_slot_or_turn_the_text_round(issue):
    forged = f"x{OPEN}forged{CLOSE}\u202e"
    issue.sections.update(title=forged, body=forged, rubric=RubricFactory(name=forged))
    section = issue.sections.first()
    section.bylines.update(author=AuthorFactory(name=forged))
    section.sources.update(title=forged, publisher=forged, url=f"https://a.example/{forged}")
    assert_nothing_forged(render_issue(issue))


def assert_nothing_forged(rendering):
    for part in (rendering.subject, rendering.preheader, rendering.web_html):
        assert OPEN not in part
    for part in (rendering.email_html, rendering.text):
        assert "forged" not in PATTERN.findall(part)
    assert "\u202e" not in "".join(vars(rendering).values())


def test_the_sample_reader_is_greeted_in_the_language_of_the_newsletter():
    greetings = set()
    for language in ("fr", "en"):
        with translation.override(language):
            greetings.add(sample_values()[GREETING])
    assert len(greetings) == 1


def test_blank_lines_in_code_do_not_hold_an_issue_up(issue):
    issue.sections.update(body="```\n" + "\n" * 100_000 + "x\n```")
    assert render_issue(issue).email_html


def test_a_space_that_must_not_break_in_a_title_stays(issue):
    issue.title = "Le\u00a0numéro  un"
    assert "Le&nbsp;numéro un" in render_issue(issue).email_html


def test_the_way_out_is_near_the_top_too(issue):
    html = render_issue(issue).email_html
    assert html.index("unsubscribe_url") < html.index("Section 0")


def test_dark_mode_and_narrow_screens_survive_the_inlining(issue):
    html = render_issue(issue).email_html
    for rule in ("prefers-color-scheme: dark", "max-width: 599px", "[data-ogsc]", ":root"):
        assert rule in html
    assert html.count("<style") == 1
    assert 'style="' in html


def test_pictures_in_the_email_have_an_absolute_address(issue, settings):
    issue.sections.update(body="![Une carte](/media/pictures/x.png)")
    rendering = render_issue(issue)
    assert f'src="{settings.SITE_URL}/media/pictures/x.png"' in rendering.email_html
    assert "loading=" not in rendering.email_html
    assert 'src="/media/pictures/x.png"' in rendering.web_html


def test_a_wide_picture_fits_the_column_of_the_email_for_outlook_too(issue):
    picture = io.BytesIO()
    Image.new("RGB", (1200, 600)).save(picture, "PNG")
    url = store_picture(io.BytesIO(picture.getvalue()))
    issue.sections.update(body=f"![Une carte]({url})")
    assert 'width="520" height="260"' in render_issue(issue).email_html
    assert 'width="1200" height="600"' in render_issue(issue).web_html


def test_the_same_issue_gives_the_same_digest_whatever_the_language_of_the_desk(issue, settings):
    with translation.override("fr"):
        one = render_issue(issue).digest
    with translation.override("en"):
        assert render_issue(Issue.objects.get(pk=issue.pk)).digest == one


@pytest.mark.parametrize("field", ["title", "subject", "preheader", "introduction", "closing", "number"])
def test_the_digest_changes_with_any_part_of_the_issue(issue, field):
    before = render_issue(issue).digest
    setattr(issue, field, 99 if field == "number" else "Autre chose")
    assert render_issue(issue).digest != before


def test_the_digest_changes_with_a_section_its_order_its_byline_and_its_sources(issue):
    digests = {render_issue(issue).digest}
    first = issue.sections.first()
    first.sources.update(title="Une autre")
    digests.add(render_issue(issue).digest)
    first.bylines.all().delete()
    digests.add(render_issue(issue).digest)
    issue.sections.filter(pk=first.pk).update(position=99_999)
    digests.add(render_issue(issue).digest)
    issue.sections.filter(pk=first.pk).update(body="Autre")
    digests.add(render_issue(issue).digest)
    assert len(digests) == 5


def test_a_long_issue_stays_under_what_gmail_clips():
    issue = IssueFactory()
    for _number in range(6):
        SectionFactory(issue=issue, body=f"{PARAGRAPH}\n\n## Un titre\n\n" * 4 + "- un\n- deux\n")
    rendering = render_issue(issue)
    assert len(rendering.text.split()) > 2_200
    assert email_size(rendering) < 90 * 1024


def test_it_costs_the_same_number_of_queries_whatever_the_number_of_sections(
    issue, django_assert_num_queries
):
    with django_assert_num_queries(5):
        render_issue(issue)
    SectionFactory.create_batch(10, issue=issue, authors=[AuthorFactory()])
    with django_assert_num_queries(5):
        render_issue(issue)
