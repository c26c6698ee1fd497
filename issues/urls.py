"""Endpoints behind the desk: for staff only, each with its own permission check."""

from django.urls import URLPattern

app_name = "issues"
urlpatterns: list[URLPattern] = []
