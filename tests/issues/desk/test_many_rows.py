"""A form that says it has a thousand million rows is read no further than a person fills in."""

import pytest
from django.urls import reverse

from tests.factories import SectionFactory, SubscriberFactory, UserFactory, a_published_issue, an_editor
from tests.rights.forms import filled_form

pytestmark = pytest.mark.django_db

ROWS = str(10**9)


def inlines(response):
    return [inline.formset for inline in response.context["inline_admin_formsets"]]


@pytest.mark.parametrize("kind", ["section", "issue", "subscriber"])
def test_a_form_of_the_admin(client, kind):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    section = SectionFactory()
    url = {
        "section": reverse("admin:issues_section_change", args=[section.pk]),
        "issue": reverse("admin:issues_issue_change", args=[section.issue_id]),
        "subscriber": reverse("admin:subscribers_subscriber_change", args=[SubscriberFactory().pk]),
    }[kind]
    data = filled_form(url)
    names = [name for name in data if name.endswith("TOTAL_FORMS")]
    assert names
    # An empty title, so that the page is shown again.
    response = client.post(url, data | dict.fromkeys(names, ROWS) | {"title": "", "language": ""})
    assert response.status_code == 200
    assert all(len(formset.forms) <= 200 for formset in inlines(response))


def test_a_correction(client):
    client.force_login(an_editor())
    section = SectionFactory(issue=a_published_issue())
    names = [f"{prefix}-{part}_FORMS" for prefix in ("bylines", "sources") for part in ("TOTAL", "INITIAL")]
    response = client.post(reverse("issues:section-correct", args=[section.pk]), dict.fromkeys(names, ROWS))
    assert response.status_code == 200
    assert all(len(formset.forms) <= 200 for _label, formset in response.context["lists"])
