"""What was covered before, told while somebody types or pastes."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ...anatomy import anatomy
from ...links.covered import Hint, hints
from ...models import Issue, Section
from ...rendering.markdown import MAX_MARKDOWN

# What a person types or pastes at once; the checks look at all of them later.
MOST_ADDRESSES = 50
MOST_HINTS = 3


@require_POST
@admin.site.admin_view
def covered(request: HttpRequest) -> JsonResponse:
    """Say as JSON where the posted addresses (`url`) were covered before, but for the text in `beside`.

    For staff who may see sections, each told of what she may see. Changes nothing: a POST, since addresses
    are long, and no matter for a log.
    """
    if not request.user.has_perm("issues.view_section"):
        raise PermissionDenied
    urls = request.POST.getlist("url")[:MOST_ADDRESSES]
    found = hints(urls, user=request.user, beside=_thing(request.POST.get("beside", "")))
    return JsonResponse(
        {
            "label": _("Covered before:"),
            "hints": {
                url: [
                    {"where": str(hint), "state": hint.state, "url": hint.url} for hint in places[:MOST_HINTS]
                ]
                for url, places in found.items()
            },
        }
    )


def covered_in_form(request: HttpRequest, section: Section | None) -> list[tuple[str, list[Hint]]]:
    """Give each address of a section's form that was covered before: as it is posted, or else saved."""
    if request.method == "POST":
        text = request.POST.get("body", "")[:MAX_MARKDOWN]
        names = [name for name in request.POST if name.startswith("sources-") and name.endswith("-url")]
        sources = [request.POST[name] for name in names]
    elif section:
        text, sources = section.body, list(section.sources.values_list("url", flat=True))
    else:
        return []
    urls = dict.fromkeys([*(link.url for link in anatomy(text).links), *sources])
    found = hints(urls, user=request.user, beside=section)
    return [(url, places[:MOST_HINTS]) for url, places in found.items()]


def _thing(beside: str) -> Section | Issue | None:
    """Give the text that an address stands in: its key alone counts, and need not exist."""
    kind, _dash, key = beside.partition("-")
    model: Any = {"section": Section, "issue": Issue}.get(kind)
    return model(pk=int(key)) if model and key.isascii() and key.isdecimal() and len(key) <= 18 else None
