"""The mailbox of trials. Routed only where `settings.VEILLE_MAILBOX_DIR` names a folder."""

from django.urls import path

from . import views

app_name = "mailbox"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<str:key>/", views.as_html, name="html"),
    path("<str:key>/texte/", views.as_text, name="text"),
    path("<str:key>/source/", views.as_source, name="source"),
    path("<str:key>/corps/", views.body, name="body"),
]
