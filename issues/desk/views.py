"""Endpoints behind the desk. Each says who may call it; what may happen is decided by the workflow."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from .. import permissions, workflow
from ..archive import reading
from ..interchange import MAX_BYTES, ImportRefused, import_issue
from ..models import Issue, Section
from ..pictures import store_picture
from ..rendering import render_issue, render_markdown, sample_values
from ..rendering.slots import fill
from . import transitions
from .forms import CommentForm, ImportForm, TransitionForm

MAX_MARKDOWN = 200_000

# A mail brings its own styles and our pictures; it runs nothing and may be framed by the desk alone.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'", "'self'"],
    "img-src": ["'self'", settings.SITE_URL],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups"],
}


def _section_for(request: HttpRequest, pk: int) -> Section:
    """The section, or 404 for those who may not even see it."""
    return get_object_or_404(permissions.visible_sections(request.user).select_related("issue"), pk=pk)


def _issue_for(request: HttpRequest, pk: int) -> Issue:
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    return get_object_or_404(Issue, pk=pk)


def _back_to(thing: Section | Issue) -> HttpResponse:
    return redirect(f"admin:issues_{thing._meta.model_name}_change", thing.pk)


def run_transition(request: HttpRequest, thing: Section | Issue, name: str) -> None:
    """Run the transition a button asked for, and tell its person what came of it.

    Raises NotAllowed where the right is missing, whatever the page showed.
    """
    transition = transitions.find(thing, name)
    form = TransitionForm(request.POST)
    if transition is None:
        messages.error(request, _("There is no such action."))
    elif not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif transition.takes_time and not form.cleaned_data["at"]:
        messages.error(request, _("Choose a date and a time."))
    else:
        try:
            transition.run(thing, request.user, **form.cleaned_data)
        except workflow.NotNow as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(transition.done))


def run_asked_transition(request: HttpRequest, thing: Section | Issue) -> HttpResponse | None:
    """After a save: run the transition whose button saved. None when it was a plain save.

    A refusal is told on the page, and does not undo the save.
    """
    name = request.POST.get("_transition")
    if not name:
        return None
    try:
        run_transition(request, thing, name)
    except workflow.NotAllowed as error:
        messages.error(request, str(error))
    return _back_to(thing)


@require_POST
@admin.site.admin_view
def section_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Move a section. For staff who may see it; the workflow checks the right and the state."""
    return _transition(request, _section_for(request, pk), name)


@require_POST
@admin.site.admin_view
def issue_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Move an issue. For staff; the workflow checks the right and the state."""
    return _transition(request, _issue_for(request, pk), name)


def _transition(request: HttpRequest, thing: Section | Issue, name: str) -> HttpResponse:
    try:
        run_transition(request, thing, name)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    return _back_to(thing)


@require_POST
@admin.site.admin_view
def section_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the thread of a section. For those who may see it."""
    return _comment(request, _section_for(request, pk))


@require_POST
@admin.site.admin_view
def issue_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the thread of an issue. For editors."""
    return _comment(request, _issue_for(request, pk))


def _comment(request: HttpRequest, thing: Section | Issue) -> HttpResponse:
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            workflow.comment(thing, by=request.user, text=form.cleaned_data["comment"])
        except workflow.NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except workflow.WorkflowError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, str(form.errors["comment"][0]))
    return _back_to(thing)


@require_POST
@admin.site.admin_view
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """Show Markdown as readers will see it. For staff who write: authors and editors."""
    _need_writer(request)
    text = request.POST.get("content", "")
    if len(text) > MAX_MARKDOWN:
        return HttpResponse(
            _("This text is too long to be shown: more than %d characters.") % MAX_MARKDOWN,
            content_type="text/plain; charset=utf-8",
        )
    return HttpResponse(render_markdown(text))


@require_POST
@admin.site.admin_view
def picture_upload(request: HttpRequest) -> JsonResponse:
    """Store a picture and give the Markdown that shows it. For staff who write."""
    _need_writer(request)
    upload = request.FILES.get("image")
    if upload is None:
        return JsonResponse({"error": _("No file came with the request.")}, status=400)
    try:
        url = store_picture(upload)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=400)
    return JsonResponse({"image_code": f"![{_('Say what the picture shows')}]({url})"})


def _need_writer(request: HttpRequest) -> None:
    if not (request.user.has_perm("issues.add_section") or request.user.has_perm("issues.change_section")):
        raise PermissionDenied


@require_safe
@admin.site.admin_view
def issue_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The issue as readers will get it, on every screen. For staff who may see issues."""
    issue = _issue_for(request, pk)
    return render(
        request,
        "admin/issues/issue/preview.html",
        {
            **admin.site.each_context(request),
            "title": _("Preview of %(issue)s") % {"issue": issue},
            "issue": issue,
            "rendering": render_issue(issue),
            "opts": Issue._meta,
        },
    )


@require_safe
@xframe_options_sameorigin
def issue_preview_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One part of the preview, bare: `email`, `web` or `text`. For staff who may see issues."""
    return csp_override(MAIL_CSP)(admin.site.admin_view(_preview_part))(request, pk, part)


def _preview_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    issue = _issue_for(request, pk)
    rendering = render_issue(issue)
    if part == "web":
        return render(
            request,
            "archive/issue.html",
            {"issue": issue, "rendition": rendering, "authors": reading.signatories(issue)},
        )
    if part == "text":
        return HttpResponse(fill(rendering.text, sample_values()), content_type="text/plain; charset=utf-8")
    return HttpResponse(fill(rendering.email_html, sample_values()))


@admin.site.admin_view
def issue_import(request: HttpRequest) -> HttpResponse:
    """Make an issue of a text or Markdown file. For those who may import."""
    if not request.user.has_perm("issues.import_issue"):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Import an issue"),
        "form": form,
        "opts": Issue._meta,
    }
    if request.method == "POST" and form.is_valid():
        try:
            context["result"] = import_issue(
                form.cleaned_data["file"].read(MAX_BYTES + 1),
                by=request.user,
                number=form.cleaned_data["number"],
            )
        except ImportRefused as error:
            form.add_error("file", str(error))
    return render(request, "admin/issues/issue/import.html", context)
