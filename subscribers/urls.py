"""What readers may do: join, confirm, leave, choose."""

from django.urls import URLPattern

app_name = "subscribers"
urlpatterns: list[URLPattern] = []
