"""Choosing the language of the pages."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep a visitor's language in a cookie. For everybody, from a page of ours.

    A form token would make each page of the archive a page for one visitor alone, with a cookie, and all
    there is to forge is the language somebody reads in; so the browser's word for where a form came from
    is enough (Fetch Metadata). A browser that says nothing is believed.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise PermissionDenied(_("This form was sent from another site."))
    return django_set_language(request)
