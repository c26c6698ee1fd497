"""What readers may answer. The address stands in mails: it is for ever."""

from django.urls import path

from . import views

app_name = "answers"
urlpatterns = [path("<str:token>/<int:section>/", views.answer, name="section")]
