"""The public archive: what everybody may read, at addresses that stay."""

from django.urls import path

from . import feeds, views

app_name = "archive"
urlpatterns = [
    path("", views.home, name="home"),
    path("numeros/<int:number>/", views.issue, name="issue"),
    path("auteurs/<slug:slug>/", views.author, name="author"),
    path("themes/", views.tags, name="tags"),
    path("themes/<slug:slug>/", views.tag, name="tag"),
    path("flux.atom", feeds.atom, name="feed"),
]
