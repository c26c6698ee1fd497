"""The addresses of the watch desk, by room; each says who may call it."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "watch"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("watch.bringing.urls")),
]
