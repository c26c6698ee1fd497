"""The addresses of the board."""

from django.urls import path

from . import acts, views

urlpatterns = [
    path("", views.board_home, name="home"),
    path("sujets/", views.show_board, name="board"),
    path("sujets/maintenant/", views.board_now, name="board-now"),
    path("sujets/nouveau/", views.subject_create, name="subject-create"),
    path("sujets/<int:pk>/", views.subject_page, name="subject"),
    path("sujets/<int:pk>/prendre/", acts.subject_take, name="subject-take"),
    path("sujets/<int:pk>/rendre/", acts.subject_give_back, name="subject-give-back"),
    path("sujets/<int:pk>/proposer/", acts.subject_propose, name="subject-propose"),
    path("sujets/<int:pk>/deplacer/", acts.subject_move, name="subject-move"),
    path("sujets/<int:pk>/section/", acts.subject_attach, name="subject-attach"),
    path("sujets/<int:pk>/liens/", acts.subject_link, name="subject-link"),
    path("sujets/<int:pk>/liens/<int:page>/retirer/", acts.subject_unlink, name="subject-unlink"),
    path("sujets/<int:pk>/supprimer/", acts.subject_delete, name="subject-delete"),
]
