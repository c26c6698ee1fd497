"""Where providers tell what became of mails: the address is given to them."""

from django.urls import path

from . import webhook

app_name = "bounces"
urlpatterns = [path("", webhook.webhook, name="webhook")]
