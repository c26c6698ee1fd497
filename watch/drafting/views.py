"""The page on which a section is made of links."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from taggit.utils import edit_string_for_tags

from issues.desk.forms import HIGHEST_KEY
from issues.models import Issue, Tag
from issues.workflow import WorkflowError

from ..capture.taking import each_once
from ..models import Clip, Subject
from .forms import DraftForm
from .making import MOST_PAGES, draft, may_draft
from .material import Page, pages_of


@admin.site.admin_view
def make(request: HttpRequest) -> HttpResponse:
    """Make a section of clips, one's own or the team's (`?trouvaille=1&trouvaille=2`), or of a subject
    (`?sujet=3`). For those who keep links and write; a subject's, for the author who has taken it."""
    if not may_draft(request.user):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    subject = _subject(asked.get("sujet", ""))
    clips = _clips(asked.getlist("trouvaille"))
    if subject and not clips and request.method != "POST":
        clips = _of_subject(subject, request.user)
    kept = {clip.link_id for clip in clips}
    bare = list(subject.links.exclude(pk__in=kept).order_by("pk")) if subject else []
    pages = pages_of(clips, bare)
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        person=request.user,
        initial=_initial(subject, clips, pages),
    )
    if request.method == "POST" and form.is_valid():
        try:
            section = draft(request.user, clips=clips, subject=subject, **form.cleaned_data)
        except WorkflowError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Here is the draft: the rest is yours to write."))
            return redirect("admin:issues_section_change", section.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("A section from links"),
        "form": form,
        "subject": subject,
        "clips": clips,
        "bare_links": bare,
    }
    return render(request, "admin/watch/drafting/draft.html", context)


def _clips(keys: list[str]) -> list[Clip]:
    """Give the clips of these keys, in the order in which they were kept; no other can be named."""
    wanted = {int(key) for key in keys[:MOST_PAGES] if key.isascii() and key.isdigit() and len(key) < 19}
    clips = Clip.objects.filter(pk__in=wanted).select_related("link", "rubric", "person__author")
    return list(clips.order_by("kept_at", "pk"))


def _subject(key: str) -> Subject | None:
    if not key:
        return None
    known = key.isascii() and key.isdigit() and int(key[:20]) <= HIGHEST_KEY
    subject = Subject.objects.select_related("issue", "rubric").filter(pk=int(key)).first() if known else None
    if subject is None:
        raise Http404
    return subject


def _of_subject(subject: Subject, person: Any) -> list[Clip]:
    """Give what was kept of a subject's links: by this person, else by others."""
    clips = list(
        Clip.objects.filter(link__subjects=subject)
        .select_related("link", "rubric", "person__author")
        .order_by("kept_at", "pk")
    )
    own = {clip.link_id for clip in clips if clip.person_id == person.pk}
    return [clip for clip in clips if clip.person_id == person.pk or clip.link_id not in own]


def _initial(subject: Subject | None, clips: list[Clip], pages: list[Page]) -> dict[str, Any]:
    coming = subject.issue if subject else Issue.objects.in_the_making().first()
    rubrics = {clip.rubric_id for clip in clips}
    first = pages[0].title if pages else ""
    tags = each_once(tag for clip in clips for tag in clip.tags)
    return {
        "title": (subject.title if subject else first)[:200],
        "issue": coming.pk if coming else None,
        "rubric": subject.rubric_id if subject else rubrics.pop() if len(rubrics) == 1 else None,
        "tags": edit_string_for_tags([Tag(name=name) for name in tags]),
    }
