"""What the newsroom does with its readers, beside the admin's own pages."""

from django.urls import path

from . import embedding

app_name = "audience"
urlpatterns = [path("abonnes/formulaire/", embedding.embed_code, name="embed")]
