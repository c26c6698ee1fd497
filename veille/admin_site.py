"""The admin site, with the security policy that its interface library needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

# The library ships an expression compiler (`unsafe-eval`) and inline style attributes.
ADMIN_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}


def _within_the_database(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 400 to a query or a form that names what no database holds.

    Lists pass what their address says to the database as it comes: PostgreSQL takes no NUL, SQLite no number
    of more than 64 bits.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in a query")
        try:
            return view(request, *args, **kwargs)
        except OverflowError as error:
            raise BadRequest("a number out of range") from error

    return guarded


class DeskSite(UnfoldAdminSite):
    """The desk of authors and editors."""

    index_title = _("Desk")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return csp_override(ADMIN_CSP)(super().admin_view(_within_the_database(view), cacheable))

    @method_decorator(csp_override(ADMIN_CSP))
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().login(request, extra_context)
