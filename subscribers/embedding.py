"""What an editor copies into another site, so that its visitors can subscribe."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
@admin.site.admin_view
def embed_code(request: HttpRequest) -> HttpResponse:
    """Show the HTML of the form, as a frame and as a plain form. For who may see subscribers."""
    if not request.user.has_perm("subscribers.view_subscriber"):
        raise PermissionDenied
    language = get_language() or settings.LANGUAGE_CODE
    frame = f"{reverse('subscribers:framed')}?langue={language}"
    context = {
        "frame": settings.SITE_URL + frame,
        "action": settings.SITE_URL + reverse("subscribers:from_elsewhere"),
        "newsletter": settings.NEWSLETTER,
        "language": language,
    }
    return render(
        request,
        "admin/subscribers/embed.html",
        {
            **admin.site.each_context(request),
            "title": _("The form, for another site"),
            "frame": frame,
            "frame_code": render_to_string("admin/subscribers/_frame_code.html", context).strip(),
            "form_code": render_to_string("admin/subscribers/_form_code.html", context).strip(),
        },
    )
