"""The addresses of the watch desk, by room; each says who may call it."""

from django.urls import URLPattern, URLResolver

app_name = "watch"
urlpatterns: list[URLPattern | URLResolver] = []
