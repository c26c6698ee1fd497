"""What a request says of its body, cut down to what is read here: its kind, and the boundary of its parts.

What visitors send is UTF-8, as our pages ask for. Django would decode it, and the query too, with whatever
codec of Python's the request names, before any of its middleware is asked: some decode no text (`hex`), one
refuses all (`undefined`), others make lone surrogates (`utf-7`). Each would be a failure on every address.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# RFC 2046, 5.1.1: 70 characters at the most.
_BOUNDARY = re.compile(r';\s*boundary=("[^"]{1,70}"|[^\s;"]{1,70})(?=\s*(?:;|$))', re.IGNORECASE)
_LONGEST_KIND = 100


def reading_utf_8(application: WSGIApplication) -> WSGIApplication:
    """Give the application that hears of a body's kind and boundary alone."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if declared := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = kind_and_boundary(declared)
        return application(environ, start_response)

    return call


def kind_and_boundary(declared: str) -> str:
    """Give a Content-Type (RFC 9110, 8.3) without its other parameters."""
    kind = declared.partition(";")[0].strip()[:_LONGEST_KIND]
    boundary = _BOUNDARY.search(declared)
    return f"{kind}; boundary={boundary[1]}" if boundary else kind
