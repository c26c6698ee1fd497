"""The addresses of clips."""

from django.urls import path

from . import views

urlpatterns = [
    path("trouvailles/", views.clips, name="clips"),
    path("trouvailles/<int:pk>/", views.clip, name="clip"),
    path("trouvailles/<int:pk>/ecarter/", views.set_aside, name="clip-set-aside"),
    path("trouvailles/<int:pk>/reprendre/", views.bring_back, name="clip-bring-back"),
    path("trouvailles/<int:pk>/supprimer/", views.delete, name="clip-delete"),
]
