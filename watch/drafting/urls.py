"""The address of drafting."""

from django.urls import path

from . import views

urlpatterns = [path("brouillon/", views.make, name="draft")]
