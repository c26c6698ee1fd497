"""Pictures that people uploaded, served so that none can act as a page of ours, wherever they are kept."""

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag
from django.views.decorators.csp import csp_override
from django.views.decorators.http import etag, require_safe

TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
}


@require_safe
@csp_override({"default-src": ["'none'"], "sandbox": [""]})
@etag(lambda request, name: quote_etag(name))
def serve_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give one uploaded picture. Public, as mails and the archive show it to everybody.

    The name holds the hash of its content, so it may be kept for ever.
    """
    content_type = TYPES.get(PurePosixPath(name).suffix.lower())
    if content_type is None or PurePosixPath(name).name != name.rpartition("/")[2]:
        raise Http404
    try:
        file = default_storage.open(name, "rb")
    # A folder, a name that is none, a name outside.
    except (OSError, ValueError, SuspiciousOperation):
        raise Http404 from None
    response = FileResponse(file, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
