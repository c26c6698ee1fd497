"""What no database holds is a bad request at the desk, not a failure."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LISTS = (
    "issues_section",
    "issues_issue",
    "mailings_mailing",
    "mailings_bounce",
    "subscribers_subscriber",
    "authors_author",
    "authors_user",
)
FILTERS = ("state__exact", "issue", "issue__id__exact", "rubric__id__exact", "kind__exact", "user", "groups")


@pytest.fixture
def as_somebody(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


# unfold 0.110, of the lists that have actions.
@pytest.mark.filterwarnings("ignore:Overriding get_action_choices")
@pytest.mark.parametrize("name", LISTS)
def test_no_filter_of_a_list_is_a_fault(as_somebody, name):
    url = reverse(f"admin:{name}_changelist")
    for field in FILTERS:
        for value in ("%00", "a%00b", "9" * 30, "9" * 5000, "-1", "%ED%A0%80", "x"):
            assert as_somebody.get(f"{url}?{field}={value}").status_code in (200, 302, 400)


def test_no_word_of_a_choice_is_a_fault(as_somebody):
    asked = {"app_label": "issues", "model_name": "byline", "field_name": "author", "term": "a\0b"}
    assert as_somebody.get(reverse("admin:autocomplete"), asked).status_code == 400


def test_a_number_that_is_no_right_changes_nothing(as_somebody):
    group = Group.objects.first()
    url = reverse("admin:auth_group_change", args=[group.pk])
    rights = set(group.permissions.all())
    response = as_somebody.post(url, {"name": "Autre", "permissions": ["9" * 30]})
    assert response.status_code in (200, 400)
    group.refresh_from_db()
    assert group.name != "Autre"
    assert set(group.permissions.all()) == rights
