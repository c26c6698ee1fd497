"""An issue with nothing to complain about."""

import pytest

from issues.models import Section
from tests.factories import AuthorFactory, IssueFactory, SectionFactory


@pytest.fixture
def issue():
    return IssueFactory(number=13)


@pytest.fixture
def section(issue):
    return SectionFactory(issue=issue, state=Section.State.APPROVED, authors=[AuthorFactory()])
