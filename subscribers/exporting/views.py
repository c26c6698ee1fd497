"""The download of the list of readers."""

from django.contrib import admin
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from subscribers.importing.views import as_download, user_of
from subscribers.models import Subscriber

from .writing import export


@require_POST
@admin.site.admin_view
def export_subscribers(request: HttpRequest) -> StreamingHttpResponse:
    """Give the readers, of one state or all, as a file; it is noted in the log. For who may export."""
    asked = request.POST.get("state", "")
    _count, lines = export(state=asked if asked in Subscriber.State.values else "", by=user_of(request))
    return as_download(lines, f"veille-{timezone.localdate():%Y-%m-%d}.csv")
