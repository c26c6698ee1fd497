"""Where a reader's page of links is. The address stands in mails: it is for ever."""

from django.urls import path

from . import views

app_name = "links"
urlpatterns = [path("<str:token>/<int:number>/", views.links, name="issue")]
