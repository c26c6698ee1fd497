"""Endpoints behind the desk that bring readers in and take them out: for staff only."""

from django.urls import path

from .exporting.views import export_subscribers
from .importing import views

app_name = "transfers"
urlpatterns = [
    path("abonnes/", views.transfers, name="home"),
    path("abonnes/export/", export_subscribers, name="export"),
    path("abonnes/import/<int:pk>/", views.show, name="import"),
    path("abonnes/import/<int:pk>/description/", views.describe, name="describe"),
    path("abonnes/import/<int:pk>/confirmation/", views.confirm, name="confirm"),
    path("abonnes/import/<int:pk>/abandon/", views.cancel, name="cancel"),
    path("abonnes/import/<int:pk>/progression/", views.progress, name="progress"),
    path("abonnes/import/<int:pk>/refus/", views.refused, name="refused"),
]
