"""The web app manifest: with the desk on its home screen, a telephone offers it when something is shared."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ICONS = (
    ("icons/veille-192.png", "192x192", "any"),
    ("icons/veille-512.png", "512x512", "any"),
    ("icons/veille-maskable-512.png", "512x512", "maskable"),
)


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the desk as an app (w3.org/TR/appmanifest, w3c.github.io/web-share-target). For everybody:
    browsers ask for it without a session."""
    name = settings.NEWSLETTER["name"]
    with override(settings.NEWSLETTER["language"]):
        content = {
            "id": reverse("admin:index"),
            "name": _("%(name)s: the desk") % {"name": name},
            "short_name": name,
            "lang": settings.NEWSLETTER["language"],
            "start_url": reverse("watch:clips"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbf8f3",
            "theme_color": "#b4432f",
            "icons": [
                {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for path, sizes, purpose in ICONS
            ],
            "share_target": {
                "action": reverse("watch:capture"),
                "method": "GET",
                "params": {"title": "title", "text": "text", "url": "url"},
            },
        }
    return JsonResponse(content, content_type="application/manifest+json")
