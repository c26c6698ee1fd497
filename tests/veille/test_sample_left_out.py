"""No sample comes into a newsroom that has begun to work."""

import pytest

from authors.models import User
from issues.models import Issue
from veille.embedded import logins, sample


@pytest.mark.django_db
def test_a_newsroom_with_an_issue_is_left_alone(tmp_path):
    Issue.objects.create(number=1, title="À nous")
    assert not sample.make(tmp_path)
    assert not User.objects.exists()
    assert logins.read(tmp_path) == []
