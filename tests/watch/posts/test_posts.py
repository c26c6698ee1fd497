"""Posts that fit their networks, whatever an issue is called."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from issues.models import Issue
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, a_published_issue, an_author
from tests.mailings.conftest import publish
from watch.posts.networks import NETWORKS, as_mastodon_counts, graphemes, utf16_units
from watch.posts.writing import cut, posts_for

LINKEDIN, MASTODON, BLUESKY = NETWORKS
FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(
    ("count", "text", "wanted"),
    [
        (graphemes, f"e\u0301{FAMILY}🇫🇷\u202f!", 5),
        (utf16_units, "a🚀", 3),
        (as_mastodon_counts, "voir https://exemple.example/" + "x" * 200, 28),
        (as_mastodon_counts, "https://a.fr et http://b.fr", 50),
        (as_mastodon_counts, "merci @elodie@serveur.example !", 15),
        (as_mastodon_counts, FAMILY, 1),
    ],
)
def test_each_network_counts_in_its_way(count, text, wanted):
    assert count(text) == wanted


@pytest.fixture
def issue(db, settings):
    settings.SITE_URL = "https://veille.example"
    return a_published_issue(number=12, title="Les pannes : un bilan")


def add(issue, title, *names):
    return SectionFactory(issue=issue, title=title, authors=[AuthorFactory(name=name) for name in names])


def texts(issue):
    return {post.network.slug: post.text for post in posts_for(issue)}


def test_a_short_issue_is_told_whole_with_its_authors_and_its_address(issue, settings):
    add(issue, "🚀 La coupure du 9", "Élodie Roux", "Inès Kim", "Max Roy")
    add(issue, "Le DNS !")
    head = f"{settings.NEWSLETTER['name']}, n°\xa012\xa0: «\u202fLes pannes\xa0: un bilan\u202f»"
    wanted = (
        f"{head}\n\n• 🚀 La coupure du 9, par Élodie Roux, Inès Kim et Max Roy\n• Le DNS\u202f!\n\n"
        "https://veille.example/numeros/12/"
    )
    assert set(texts(issue).values()) == {wanted}


def test_what_is_too_long_ends_with_a_section_and_still_names_everybody(issue):
    for n in range(6):
        add(issue, f"Une section {n} {'longue ' * 8}", f"Autrice {n}")
    found = texts(issue)
    assert found["linkedin"].count("•") == 6
    assert "• Une section 1" in found["mastodon"]
    assert "• Une section 5" not in found["mastodon"]
    assert all(f"Autrice {n}" in found["bluesky"] for n in range(6))
    assert "autres textes, par Autrice" in found["bluesky"]


def test_where_names_do_not_fit_the_sections_are_counted(issue):
    for n in range(8):
        add(issue, f"Section {n} {'x' * 150}", f"{'Très ' * 15}Longue {n}")
    text = texts(issue)["bluesky"]
    assert "8 textes" in text or "autres textes" in text
    assert BLUESKY.fits(text)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.sampled_from(f"aé «:{FAMILY}🇫🇷e\u0301"), min_size=1, max_size=200),
    name=st.text(st.sampled_from(f"bè{FAMILY}"), min_size=1, max_size=100),
)
def test_no_post_is_ever_too_long_or_without_its_address(title, name):
    issue = Issue(number=3, title=title or "x")
    section = type("S", (), {"title": title, "byline": lambda self: [type("A", (), {"name": name})()]})()
    issue.ordered_sections = lambda: [section] * 5
    for post in posts_for(issue):
        assert post.network.fits(post.text)
        assert post.text.endswith(issue.get_absolute_url())


@given(st.text(st.sampled_from(f"ae\u0301{FAMILY}🇫🇷✍🏽 "), max_size=80), st.integers(1, 40))
def test_a_cut_never_falls_into_a_grapheme(text, room):
    kept = cut(text, BLUESKY, room)
    whole = list(iter_graphemes(text))
    if kept != text:
        assert graphemes(kept) <= room
        body = kept.removesuffix("…")
        assert "".join(whole[: graphemes(body)]) == body


@pytest.mark.django_db
def test_authors_find_the_texts_once_the_issue_is_approved(client):
    client.force_login(an_author())
    issue = IssueFactory(number=12, state="approved", approved_digest="0" * 64)
    html = client.get(reverse("watch:posts", args=[issue.pk])).content.decode()
    assert html.count("<textarea") == 3
    assert "/numeros/12/" in html
    assert "pas encore paru" in html
    draft = IssueFactory()
    assert client.get(reverse("watch:posts", args=[draft.pk])).status_code == 404


@pytest.mark.django_db
def test_the_page_of_an_issue_that_was_sent_leads_there_and_that_of_a_draft_or_an_old_one_does_not(
    admin_client,
):
    sent, old = publish(IssueFactory()).issue, a_published_issue()
    for issue, wanted in ((sent, True), (IssueFactory(), False), (old, False)):
        html = admin_client.get(reverse("admin:issues_issue_change", args=[issue.pk])).content.decode()
        assert (reverse("watch:posts", args=[issue.pk]) in html) == wanted
