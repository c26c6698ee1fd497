"""What readers may do: join, confirm, leave, choose.

The addresses that stand in mails are for ever. `one_click` ends without a slash: RFC 8058 forbids
redirects, and this one is exact.
"""

from django.urls import path

from . import joining, views

app_name = "subscribers"
urlpatterns = [
    path("inscription/", joining.sign_up, name="sign_up"),
    path("inscription/envoyee/", joining.sent, name="sent"),
    path("inscription/cadre/", joining.framed, name="framed"),
    path("inscription/ailleurs/", joining.from_elsewhere, name="from_elsewhere"),
    path("inscription/confirmer/<str:token>/", views.confirm, name="confirm"),
    path("desabonnement/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("desabonnement/<str:token>/un-clic", views.one_click, name="one_click"),
    path("donnees/<str:token>/", views.ask_for_own_data, name="own_data_ask"),
    path("donnees/lien/<str:link>/", views.own_data, name="own_data"),
    path("rester/<str:token>/", views.stay, name="stay"),
    path("vie-privee/", joining.privacy, name="privacy"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
]
