"""The registry, its ids, and the page that explains them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from issues import checks
from issues.checks import registry
from issues.checks.dossier import dossiers
from tests.factories import IssueFactory

DOCS = Path(settings.BASE_DIR) / "docs" / "checks.md"


@pytest.fixture
def a_registry(monkeypatch):
    monkeypatch.setattr(registry, "_checks", {})


def test_the_documentation_explains_every_id_and_no_other():
    explained = re.findall(r"^\| (issues\.[EWI]\d{3}) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == checks.registered_ids()
    assert len(explained) == len(set(explained))


def test_an_id_belongs_to_one_check(a_registry):
    registry.register("issues.E900")(lambda dossier: [])
    with pytest.raises(ValueError, match="E900"):
        registry.register("issues.E901", "issues.E900")(lambda dossier: [])


@pytest.mark.django_db
def test_a_check_gives_no_id_it_was_not_registered_with(a_registry):
    issue = IssueFactory()

    @registry.register("issues.E900")
    def wrong(dossier):
        yield checks.CheckMessage("issues.E999", "?", dossier.issue)

    with pytest.raises(ValueError, match="E999"):
        list(registry.run_checks(next(dossiers([issue]))))
