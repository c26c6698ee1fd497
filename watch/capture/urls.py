"""The addresses of quick capture."""

from django.urls import path

from . import api, manifest, views

urlpatterns = [
    path("+", views.capture, name="capture"),
    path("+/<int:pk>/", views.kept, name="capture-kept"),
    path("outils/", views.tools, name="capture-tools"),
    path("outils/<int:pk>/revoquer/", views.revoke, name="capture-token-revoke"),
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
    path("api/liens", api.links, name="api-links"),
]
