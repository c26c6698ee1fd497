"""Where steps, turns and nudges are."""

from django.urls import path

from . import views

urlpatterns = [
    path("tours/", views.turns, name="turns"),
    path("tours/<int:pk>/", views.turn_give, name="turn-give"),
    path("mes-rappels/", views.my_nudges, name="my-nudges"),
]
