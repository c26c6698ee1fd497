"""What stands at the addresses of an issue that was withdrawn: that it is gone, on purpose."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import Issue


def or_gone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 410 (RFC 9110, section 15.5.11) where a view finds nothing and the issue was withdrawn.

    The view names the issue by `number`. Search engines forget the address sooner than after a 404.
    """

    @wraps(view)
    def look(request: HttpRequest, *args: Any, number: int, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, number=number, **kwargs)
        except Http404:
            issue = Issue.objects.withdrawn().filter(number=number).first()
            if issue is None:
                raise
            return gone(request, issue)

    return look


def gone(request: HttpRequest, issue: Issue) -> HttpResponse:
    """Say that an issue was withdrawn, and when; neither its title nor why."""
    response = render(request, "archive/gone.html", {"issue": issue}, status=410)
    # Whoever brings it back wants it to be seen at once.
    response.headers["Cache-Control"] = "no-cache, private"
    return response
