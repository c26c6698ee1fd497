"""An issue as its readers will get it."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from ...archive import reading
from ...models import Issue
from ...rendering import render_issue, sample_values
from ...rendering.slots import fill
from ..schemes import in_scheme
from .access import issue_for

# A mail brings its own styles and our pictures; it runs nothing and may be framed by the desk alone.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'", "'self'"],
    "img-src": ["'self'", settings.SITE_URL],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups"],
}


@require_safe
@admin.site.admin_view
def issue_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The issue as readers will get it, on every screen. For staff who may see issues."""
    issue = issue_for(request, pk)
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
    """One part of the preview, bare: `email`, `web` or `text`. For staff who may see issues.

    `?scheme=dark` or `?scheme=light` shows the email as a program set to that would.
    """
    return csp_override(MAIL_CSP)(admin.site.admin_view(_preview_part))(request, pk, part)


def _preview_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    issue = issue_for(request, pk)
    rendering = render_issue(issue)
    if part == "web":
        return render(
            request,
            "archive/issue.html",
            {
                "issue": issue,
                "html": reading.page_html(rendering.web_html),
                "authors": reading.signatories(issue),
                "minutes": reading.minutes(issue.sections.all()),
            },
        )
    if part == "text":
        return HttpResponse(fill(rendering.text, sample_values()), content_type="text/plain; charset=utf-8")
    return HttpResponse(in_scheme(fill(rendering.email_html, sample_values()), request.GET.get("scheme", "")))
