"""What people try to do to a section and to an issue: by which request, and how one sees that it worked."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues import workflow
from issues.models import Issue, Section
from tests.factories import SectionFactory, an_editor
from tests.rights.forms import filled_form


@dataclass(frozen=True)
class Action:
    """The request (without data it is a GET), and what of the thing it would change."""

    url: Callable[[Any], str]
    data: Callable[[Any], dict[str, Any]] | None
    trace: Callable[[Any], Any]

    def prepare(self, thing: Any) -> tuple[str, dict[str, Any] | None]:
        # The data first: there may be something to make that the address names.
        data = self.data(thing) if self.data else None
        return self.url(thing), data

    def try_it(self, client: Client, thing: Any, url: str, data: dict[str, Any] | None) -> bool:
        """Whether it was done: for what is only looked at, whether it was shown."""
        if data is None:
            return client.get(url).status_code == 200
        before = self.trace(thing)
        response = client.post(url, data)
        assert response.status_code < 500
        return self.trace(thing) != before


def _look(view: str) -> Action:
    return Action(lambda thing: reverse(view, args=[thing.pk]), None, lambda thing: None)


def _step(kind: str, name: str, **data: Any) -> Action:
    def state(thing: Any) -> str:
        return type(thing).objects.values_list("state", flat=True).get(pk=thing.pk)

    return Action(
        lambda thing: reverse(f"issues:{kind}-transition", args=[thing.pk, name]), lambda thing: data, state
    )


def _form(kind: str, trace: Callable[[Any], Any], **changes: Any) -> Action:
    def url(thing: Any) -> str:
        return reverse(f"admin:issues_{kind}_change", args=[thing.pk])

    return Action(url, lambda thing: filled_form(url(thing), **changes), trace)


def _with_a_source(section: Section) -> dict[str, Any]:
    data = filled_form(reverse("admin:issues_section_change", args=[section.pk]))
    return data | {
        "sources-TOTAL_FORMS": 1,
        "sources-0-title": "Une source",
        "sources-0-url": "https://source.example/",
        "sources-0-position": 0,
        "sources-0-section": section.pk,
    }


def _without_a_byline(section: Section) -> dict[str, Any]:
    return filled_form(reverse("admin:issues_section_change", args=[section.pk])) | {"bylines-0-DELETE": "on"}


def _in_another_order(issue: Issue) -> dict[str, Any]:
    return filled_form(reverse("admin:issues_issue_change", args=[issue.pk])) | {"sections-0-position": 77}


def _after_another(section: Section) -> dict[str, Any]:
    SectionFactory(issue=section.issue, position=0)
    return {"direction": "up"}


def _delete(kind: str, model: Any) -> Action:
    return Action(
        lambda thing: reverse(f"admin:issues_{kind}_delete", args=[thing.pk]),
        lambda thing: {"post": "yes"},
        lambda thing: model.objects.filter(pk=thing.pk).exists(),
    )


def _in_bulk(kind: str, model: Any) -> Action:
    return Action(
        lambda thing: reverse(f"admin:issues_{kind}_changelist"),
        lambda thing: {"action": "delete_selected", "_selected_action": thing.pk, "post": "yes"},
        lambda thing: model.objects.filter(pk=thing.pk).exists(),
    )


def _comment(kind: str) -> Action:
    return Action(
        lambda thing: reverse(f"issues:{kind}-comment", args=[thing.pk]),
        lambda thing: {"comment": "Un commentaire."},
        lambda thing: thing.reviews.count(),
    )


def _keep(kind: str) -> Action:
    return Action(
        lambda thing: reverse("issues:draft-keep", args=[kind, thing.pk]),
        lambda thing: {"draft_key": str(uuid.uuid4()), "title": "Un titre, à peine typé"},
        lambda thing: thing.drafts.count(),
    )


def _resolve(kind: str) -> Action:
    def ask(thing: Any) -> dict[str, Any]:
        workflow.comment(thing, by=an_editor(), text="Une source ?")
        return {}

    return Action(
        lambda thing: reverse(
            f"issues:{kind}-resolve", args=[thing.pk, thing.reviews.open().latest("pk").pk]
        ),
        ask,
        lambda thing: thing.reviews.open().count(),
    )


def _go_back(kind: str) -> Action:
    return Action(
        lambda thing: reverse(f"issues:{kind}-restore", args=[thing.pk, thing.history.last().pk]),
        lambda thing: {},
        lambda thing: type(thing).objects.values_list("version", flat=True).get(pk=thing.pk),
    )


def _of(model: Any, field: str) -> Callable[[Any], Any]:
    return lambda thing: model.objects.values_list(field, flat=True).get(pk=thing.pk)


SECTION = {
    "look at its page": _look("admin:issues_section_change"),
    "look at its history": _look("admin:issues_section_history"),
    "change the title or the text": _form("section", _of(Section, "body"), body="Un autre texte."),
    "have a draft kept while typing": _keep("section"),
    "put into another rubric": _form("section", _of(Section, "rubric"), rubric=""),
    "add a source (inline form)": Action(
        lambda section: reverse("admin:issues_section_change", args=[section.pk]),
        _with_a_source,
        lambda section: section.sources.count(),
    ),
    "change the byline (inline form)": Action(
        lambda section: reverse("admin:issues_section_change", args=[section.pk]),
        _without_a_byline,
        lambda section: section.bylines.count(),
    ),
    "submit": _step("section", "submit"),
    "withdraw": _step("section", "withdraw"),
    "request changes": _step("section", "request-changes", comment="Un exemple ?"),
    "approve": _step("section", "approve"),
    "put into another issue": Action(
        lambda section: reverse("issues:section-place", args=[section.pk]),
        lambda section: {"issue": "", "from": section.issue_id},
        _of(Section, "issue"),
    ),
    "move up": Action(
        lambda section: reverse("issues:section-move", args=[section.pk]),
        _after_another,
        lambda section: [one.pk for one in section.issue.ordered_sections()],
    ),
    "correct on the web, with an erratum": Action(
        lambda section: reverse("issues:section-correct", args=[section.pk]),
        lambda section: {
            "title": section.title,
            "body": "Un texte corrigé.",
            "erratum": "Un chiffre était faux.",
            "version": section.version,
            "bylines-TOTAL_FORMS": 1,
            "bylines-INITIAL_FORMS": 1,
            "bylines-0-author": section.byline()[0].pk,
            "sources-TOTAL_FORMS": 0,
            "sources-INITIAL_FORMS": 0,
        },
        lambda section: section.errata.count(),
    ),
    "comment": _comment("section"),
    "resolve a comment": _resolve("section"),
    "go back to an older version": _go_back("section"),
    "delete": _delete("section", Section),
    "delete in bulk": _in_bulk("section", Section),
}

ISSUE = {
    "look at its page": _look("admin:issues_issue_change"),
    "look at its history": _look("admin:issues_issue_history"),
    "preview": _look("issues:issue-preview"),
    "change subject, words or deadline": _form("issue", _of(Issue, "subject"), subject="Un autre objet"),
    "have a draft kept while typing": _keep("issue"),
    "order the sections (inline form)": Action(
        lambda issue: reverse("admin:issues_issue_change", args=[issue.pk]),
        _in_another_order,
        lambda issue: issue.sections.get().position,
    ),
    "duplicate as the next": Action(
        lambda issue: reverse("issues:issue-duplicate", args=[issue.pk]),
        lambda issue: {"number": issue.number + 500, "title": ""},
        lambda issue: Issue.objects.count(),
    ),
    "begin the review": _step("issue", "review"),
    "approve": _step("issue", "approve"),
    "schedule": _step("issue", "schedule", at=f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M}"),
    "unschedule": _step("issue", "unschedule"),
    "back to review": _step("issue", "reopen", comment="Une coquille."),
    "publish": _step("issue", "publish"),
    "put into the archive, without sending": _step("issue", "archive", on="2019-03-15"),
    "correct on the web, with an erratum": Action(
        lambda issue: reverse("issues:issue-correct", args=[issue.pk]),
        lambda issue: {
            "title": issue.title,
            "introduction": "Une autre introduction.",
            "closing": issue.closing,
            "erratum": "Un nom était faux.",
            "version": issue.version,
        },
        lambda issue: issue.errata.count(),
    ),
    "withdraw from the site": _step("issue", "withdraw", comment="Une source est contestée."),
    "put back on the site": _step("issue", "bring-back"),
    "comment": _comment("issue"),
    "resolve a comment": _resolve("issue"),
    "go back to an older version": _go_back("issue"),
    "delete": _delete("issue", Issue),
    "delete in bulk": _in_bulk("issue", Issue),
}
