"""Every address of the house, from the URL resolver, and how to call each of them.

The admin has short forms that only send on, and a door behind all others; these have no names.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from tests.rights.world import World

# Names an open form; any will do.
PAGE = "6f1c2d5e-3f0b-4a53-9a55-0d1f3c1c2b7a"
# Addresses of readers without a token.
PUBLIC = ("sign_up", "sent", "framed", "from_elsewhere", "privacy")
SHORT_FORM, ANYTHING_ELSE = "admin: short form", "admin: anything else"


def all_names() -> set[str]:
    """Name every address there is; those without a name by their pattern."""
    return set(_walk(get_resolver().url_patterns, [], ""))


def _nameless(path: str) -> str:
    if re.fullmatch(r"admin/\w+/\w+/<path:object_id>/", path):
        return SHORT_FORM
    return ANYTHING_ELSE if path == "admin/(?P<url>.*)$" else path


def _walk(patterns: Any, namespaces: list[str], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield ":".join([*namespaces, pattern.name]) if pattern.name else _nameless(path)
        else:
            inner = [*namespaces, pattern.namespace] if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner, path)


def url_of(name: str, world: World) -> str:
    """Give the URL of an address, of the things in this world."""
    if name == SHORT_FORM:
        return f"/admin/issues/section/{world.section.pk}/"
    if name == ANYTHING_ELSE:
        return "/admin/nowhere/"
    return reverse(name, args=arguments_of(name, world))


@lru_cache(maxsize=1)
def _special(world: World) -> dict[str, list[Any]]:
    """Give the arguments of the addresses that follow no rule; asked of the database once."""
    mailing, issue, section = world.mailing, world.issue, world.section
    section_type = ContentType.objects.get_for_model(section)
    return {
        "mailbox:html": ["1"],
        "mailbox:text": ["1"],
        "mailbox:source": ["1"],
        "mailbox:body": ["1"],
        "media": ["nothing.png"],
        # Nobody's: who may come in is told that it is not there.
        "watch:file": ["nothing"],
        "watch:hook-json": ["nothing"],
        "watch:hook-miniflux": ["nothing"],
        "admin:view_on_site": [section_type.pk, section.pk],
        "admin:app_list": ["issues"],
        "admin:password_change": [],
        "admin:two-steps-take-away": [world.signatory.pk],
        "admin:auth_user_password_change": [world.signatory.pk],
        "admin:issues_section_simple_history": [section.pk, section.history.first().pk],
        "admin:issues_issue_simple_history": [issue.pk, issue.history.first().pk],
        "issues:section-comment": [section.pk],
        "issues:draft-discard": [PAGE],
        "issues:draft-keep-new": ["section"],
        "issues:draft-keep": ["section", section.pk],
        "issues:presence": ["section", section.pk],
        "issues:section-resolve": [section.pk, world.question.pk],
        "issues:section-reopen": [section.pk, world.question.pk],
        "issues:issue-resolve": [issue.pk, world.issue_question.pk],
        "issues:issue-reopen": [issue.pk, world.issue_question.pk],
        "issues:section-place": [section.pk],
        "issues:section-move": [section.pk],
        "issues:issue-correct": [world.mailing.issue.pk],
        "issues:section-correct": [world.mailing.issue.sections.get().pk],
        "issues:issue-calendar": [],
        "watch:proposal-decide": [world.proposal.pk],
        "watch:turn-give": [issue.pk],
        "watch:posts": [mailing.issue.pk],
        "issues:dead-link-decide": [world.dead_link.pk],
        "mailings:send-test-team": [issue.pk],
        "issues:section-restore": [section.pk, section.history.first().pk],
        "issues:issue-restore": [issue.pk, issue.history.first().pk],
        "issues:section-transition": [section.pk, "submit"],
        "issues:issue-transition": [issue.pk, "review"],
        "issues:issue-preview-part": [issue.pk, "email"],
        "mailings:control": [mailing.pk, "pause"],
        "mailings:bounces-decide": ["discard"],
        "mailings:welcome-test": [world.welcome.pk],
        "mailings:retry-one": [mailing.pk, mailing.deliveries.get().pk],
        "answers:section": [world.subscriber.token, mailing.issue.sections.get().pk],
        "links:issue": [world.subscriber.token, mailing.issue.number],
        "archive:issue": [mailing.issue.number],
        "archive:proof": [world.proof],
        "issues:proof-make": [issue.pk],
        "issues:proof-take-back": [issue.pk],
        "archive:section": [mailing.issue.number, mailing.issue.sections.get().slug],
        "archive:source": [world.published_source.pk],
        "archive:share_picture": [mailing.issue.number],
        "archive:rubric": [world.published_rubric.slug],
        "archive:year": [timezone.localtime(mailing.issue.published_at).year],
        "archive:rubric_feed": [world.published_rubric.slug],
        "archive:rubric_json_feed": [world.published_rubric.slug],
        "archive:author_feed": [mailing.issue.sections.get().byline()[0].slug],
        "archive:author_json_feed": [mailing.issue.sections.get().byline()[0].slug],
        "archive:tag_feed": [world.tag.slug],
        "archive:tag_json_feed": [world.tag.slug],
        "archive:sitemap_of": ["pages"],
        "archive:author": [mailing.issue.sections.get().byline()[0].slug],
        "archive:tag": [world.tag.slug],
        "watch:capture-token-revoke": [1],
    }


def arguments_of(name: str, world: World) -> list[Any]:
    """Give what the URL of an address is made of, of the things in this world."""
    mailing, issue, section = world.mailing, world.issue, world.section
    if (special := _special(world).get(name)) is not None:
        return special
    if name == "watch:capture-kept" or (name.startswith("watch:clip") and name != "watch:clips"):
        return [world.clip.pk]
    if name.startswith("watch:subject") and name != "watch:subject-create":
        link = [world.subject.links.get().pk] if name == "watch:subject-unlink" else []
        return [world.subject.pk, *link]
    if (
        name.startswith("admin:")
        and name.endswith(("_change", "_delete", "_history"))
        and name != "admin:password_change"
    ):
        things: dict[str, Any] = {
            "issues_section": section,
            "issues_issue": issue,
            "issues_rubric": world.rubric,
            "issues_tag": world.tag,
            "authors_author": world.guest,
            "authors_user": world.signatory,
            "auth_group": world.group,
            "subscribers_subscriber": world.subscriber,
            "mailings_mailing": mailing,
            "mailings_welcometext": world.welcome,
            "mailings_bounce": world.bounce,
        }
        return [things[name.removeprefix("admin:").rpartition("_")[0]].pk]
    if name.startswith("transfers:") and name not in ("transfers:home", "transfers:export"):
        return [world.transfer.pk]
    if name.startswith("mailings:") and name != "mailings:send-test":
        return [mailing.pk]
    if name.startswith("subscribers:") and name.partition(":")[2] not in PUBLIC:
        return [world.subscriber.token]
    if name.partition(":")[2].startswith("issue-") and name != "issues:issue-import":
        return [issue.pk]
    if name == "mailings:send-test":
        return [issue.pk]
    return []


def data_of(name: str, world: World) -> dict[str, Any]:
    """What to post, so that whoever may call an address gets something done."""
    if name == "issues:picture-upload":
        return {"image": a_picture()}
    if name.endswith("_delete"):
        return {"post": "yes"}
    return {
        "content": "Du **texte**.",
        "comment": "Un commentaire.",
        "address": "essai@example.org",
        "action": "delete_selected",
        "_selected_action": world.section.pk,
        "language": "en",
        "direction": "up",
        "draft_key": PAGE,
        "number": world.issue.number + 500,
        "url": "https://example.org/kept",
        "title": "Un sujet",
        "author": world.guest.pk,
    }


def a_picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    return SimpleUploadedFile("photo.png", out.getvalue(), "image/png")
