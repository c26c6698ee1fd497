"""What the editor of a text asks for while somebody writes."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pictures.upload import store_picture

from ...rendering import render_markdown
from ...rendering.markdown import MAX_MARKDOWN

# Sections have texts, and so have issues.
WRITING = tuple(f"issues.{verb}_{thing}" for thing in ("section", "issue") for verb in ("add", "change"))


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
    if not any(map(request.user.has_perm, WRITING)):
        raise PermissionDenied
