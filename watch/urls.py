"""The addresses of the watch desk, by room; each says who may call it."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "watch"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("watch.nudges.urls")),
    path("", include("watch.posts.urls")),
    path("", include("watch.proposals.urls")),
    path("", include("watch.capture.urls")),
    path("", include("watch.clips.urls")),
    path("", include("watch.drafting.urls")),
    path("", include("watch.board.urls")),
    path("", include("watch.bringing.urls")),
]
