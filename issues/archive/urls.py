"""The public archive: what everybody may read, at addresses that stay."""

from django.contrib.sitemaps.views import index
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.urls import path
from django.views.decorators.http import require_safe

from ..proofs.views import proof
from ..search.views import search
from . import feeds, sections, sitemap, views, years
from .share_picture import share_picture

SITEMAPS = {"sitemaps": sitemap.SITEMAPS}
SITEMAP_INDEX = {**SITEMAPS, "sitemap_url_name": "archive:sitemap_of"}

app_name = "archive"
urlpatterns = [
    path("", years.home, name="home"),
    path("annees/<int:year>/", years.year, name="year"),
    path("numeros/<int:number>/", views.issue, name="issue"),
    path("numeros/<int:number>/<slug:slug>/", sections.section, name="section"),
    path("numeros/<int:number>/image.png", share_picture, name="share_picture"),
    path("relecture/<str:token>/", proof, name="proof"),
    path("sources/<int:pk>/", sections.source, name="source"),
    path("rubriques/<slug:slug>/", views.rubric, name="rubric"),
    path("auteurs/<slug:slug>/", views.author, name="author"),
    path("themes/", views.tags, name="tags"),
    path("themes/<slug:slug>/", views.tag, name="tag"),
    path("recherche/", search, name="search"),
    path("flux.atom", feeds.atom, name="feed"),
    path("flux.json", feeds.json_feed, name="json_feed"),
    path("auteurs/<slug:slug>/flux.atom", feeds.author_atom, name="author_feed"),
    path("auteurs/<slug:slug>/flux.json", feeds.author_json, name="author_json_feed"),
    path("themes/<slug:slug>/flux.atom", feeds.tag_atom, name="tag_feed"),
    path("themes/<slug:slug>/flux.json", feeds.tag_json, name="tag_json_feed"),
    path("rubriques/<slug:slug>/flux.atom", feeds.rubric_atom, name="rubric_feed"),
    path("rubriques/<slug:slug>/flux.json", feeds.rubric_json, name="rubric_json_feed"),
    path("sitemap.xml", require_safe(index), SITEMAP_INDEX, name="sitemap"),
    path("sitemap-<section>.xml", require_safe(sitemap_view), SITEMAPS, name="sitemap_of"),
    path("robots.txt", sitemap.robots, name="robots"),
]
