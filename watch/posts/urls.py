"""Where the posts of an issue are."""

from django.urls import path

from .views import posts

urlpatterns = [path("numeros/<int:pk>/annonces/", posts, name="posts")]
