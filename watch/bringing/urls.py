"""The sources of links (for staff who may keep some), and the addresses that tools call."""

from django.urls import path

from . import views
from .hooks import views as hooks

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/flux/", views.feed_choose, name="feed-choose"),
    path("sources/flux/oublier/", views.feed_give_up, name="feed-give-up"),
    path("sources/crochet/", views.hook_make, name="hook-make"),
    path("sources/crochet/secret/", views.hook_secret, name="hook-secret"),
    path("sources/crochet/fermer/", views.hook_revoke, name="hook-revoke"),
    path("sources/fichier/", views.file_bring, name="file-bring"),
    path("sources/fichier/<str:token>/", views.file, name="file"),
    path("crochets/miniflux/<slug:key>/", hooks.miniflux, name="hook-miniflux"),
    path("crochets/json/<slug:key>/", hooks.any_json, name="hook-json"),
]
