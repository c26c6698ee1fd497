"""Pictures that authors uploaded, served so that none can act as a page of ours."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from django.views.static import serve

TYPES = (".jpg", ".png", ".gif", ".webp", ".avif")


@require_safe
@csp_override({"default-src": ["'none'"], "sandbox": [""]})
def serve_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give one uploaded picture. Public, as mails and the archive show it to everybody.

    The name holds the hash of its content, so it may be kept for ever.
    """
    if not name.lower().endswith(TYPES):
        raise Http404
    response = serve(request, name, document_root=settings.MEDIA_ROOT)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
