"""Why a feed could not be read, in words for its person."""

from django.utils.translation import gettext as _

from issues.models import LinkLookup

from .asking import STOPPED


def explain(code: str) -> str:
    """Give a sentence for the code of a failure (`asking.Reading`). Empty for none."""
    if not code:
        return ""
    if code.startswith("http-"):
        return _by_status(code.removeprefix("http-"))
    own = {
        "page": _("This is a web page, not a feed: look for RSS, Atom or JSON Feed in the tool’s settings."),
        "format": _("This is not a feed: RSS, Atom and JSON Feed can be read."),
        "items": _("This feed has more than 2,000 items: ask the tool for fewer."),
        "size": _("This feed is larger than 2 MB: ask the tool for fewer items."),
        "type": _("This is not a feed: RSS, Atom and JSON Feed can be read."),
        STOPPED: _("The server says that this feed is gone for good. It is not asked any more."),
        "private": _(
            "The address is inside a private network, which this site never asks. Use a webhook from there."
        ),
    }
    if code in own:
        return own[code]
    reason = dict(LinkLookup.Reason.choices).get(code, code)
    return _("No answer: %(reason)s.") % {"reason": reason}


def _by_status(status: str) -> str:
    if status in ("401", "403"):
        return _("The server refuses (HTTP %(status)s): the key in the address is wrong, or was changed.") % {
            "status": status
        }
    if status == "404":
        return _("There is nothing at this address (HTTP 404): it may have been changed in the tool.")
    return _("The server answers with an error (HTTP %(status)s).") % {"status": status}
