"""The admin site: the one door of the desk, with the security policy that its interface library needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import LoginView
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
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
    "manifest-src": [CSP.SELF],
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
    """The desk of authors and editors.

    Whoever has given a password stands in the hall; `has_permission` opens the desk, to every view that
    `admin_view` wraps, once the second step is taken where there is one.
    """

    index_title = _("Desk")

    def has_permission(self, request: HttpRequest) -> bool:
        from authors.second_step import is_passed

        return self.is_in_the_hall(request) and is_passed(request.user)

    def is_in_the_hall(self, request: HttpRequest) -> bool:
        """Whether somebody of the house gave the right password."""
        return super().has_permission(request)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        from .login.urls import urls_of

        return [*urls_of(self), *super().get_urls()]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return csp_override(ADMIN_CSP)(super().admin_view(_within_the_database(view), cacheable))

    @method_decorator(csp_override(ADMIN_CSP))
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and self.is_in_the_hall(request):
            return self.second_step(request)
        response = super().login(request, extra_context)
        if response.status_code == 302 and self.is_in_the_hall(request):
            from .login.devices import remember

            response = self.second_step(request)
            remember(response, request.user.get_username())
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        from .login.passwords import OwnPasswordView

        context = {**self.each_context(request), **(extra_context or {})}
        done = reverse("admin:password_change_done")
        return OwnPasswordView.as_view(success_url=done, extra_context=context)(request)

    def second_step(self, request: HttpRequest) -> HttpResponseRedirect:
        """Send somebody in the hall on: to the second step, to setting it up, or to where they want to go."""
        from authors.second_step import phone_of

        wanted = LoginView().get_redirect_url(request) or reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        step = "admin:second-step" if phone_of(request.user) else "admin:two-steps-set-up"
        return HttpResponseRedirect(f"{reverse(step)}?{urlencode({'next': wanted})}")
