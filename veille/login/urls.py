"""The addresses of the second step, all below the admin's."""

from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from . import views

if TYPE_CHECKING:
    from ..admin_site import DeskSite


def urls_of(site: "DeskSite") -> list[URLPattern]:
    """Give them for a site; the first two are open in the hall, the others behind the door."""
    return [
        path("login/etape-2/", views.second_step, name="second-step"),
        path("login/telephone/", views.set_up, name="two-steps-set-up"),
        path("deux-etapes/", site.admin_view(views.two_steps), name="two-steps"),
        path(
            "authors/user/<int:pk>/deux-etapes/",
            site.admin_view(views.take_away),
            name="two-steps-take-away",
        ),
    ]
