"""Where editors decide on proposals."""

from django.urls import path

from . import views

urlpatterns = [
    path("propositions/", views.proposals, name="proposals"),
    path("propositions/<int:pk>/", views.decide, name="proposal-decide"),
]
