"""The addresses of the house. Public ones hold no language prefix: those in mails are for ever."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from .language import set_language
from .media import serve_picture
from .watching.views import healthz, metrics, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("redaction/", include("issues.urls")),
    path("langue/setlang/", set_language, name="set_language"),
    path("redaction/", include("mailings.urls")),
    path("redaction/", include("subscribers.desk_urls")),
    path("redaction/", include("subscribers.transfer_urls")),
    path(f"{settings.MEDIA_URL.lstrip('/')}<path:name>", serve_picture, name="media"),
    path("avis/", include("mailings.answers.urls")),
    path("retours/", include("mailings.bounces.urls")),
    path("liens/", include("mailings.links.urls")),
    path("veille/", include("watch.urls")),
    path("proposer-un-sujet/", include("watch.proposals.public_urls")),
    path("", include("subscribers.urls")),
    path("", include("issues.archive.urls")),
]

if settings.VEILLE_MAILBOX_DIR:
    urlpatterns.insert(0, path("boite/", include("veille.mailbox.urls")))
