"""Endpoints behind the desk that send, and that follow what is sent: for staff only."""

from django.urls import path

from . import views
from .bounces import views as bouncing
from .welcome import views as welcoming

app_name = "mailings"
urlpatterns = [
    path("numeros/<int:issue_pk>/essai/", views.send_test, name="send-test"),
    path("numeros/<int:issue_pk>/essai/equipe/", views.send_test_to_team, name="send-test-team"),
    path("envois/<int:pk>/progression/", views.progress, name="progress"),
    path("envois/<int:pk>/ordre/<slug:action>/", views.control_mailing, name="control"),
    path("envois/<int:pk>/renvoi/", views.retry, name="retry"),
    path("envois/<int:pk>/renvoi/<int:delivery>/", views.retry, name="retry-one"),
    path("envois/<int:pk>/cadence/", views.limit, name="limit"),
    path("retours/<str:decision>/", bouncing.decide, name="bounces-decide"),
    path("accueil/<int:pk>/essai/", welcoming.send_test, name="welcome-test"),
]
