"""Why a file is refused, in words for the person who brought it."""

from django.utils.translation import gettext as _


class ImportRefused(Exception):
    """The file, or the number asked for, cannot become an issue. The text can be shown as it is."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        if line is not None:
            message = _("Line %(line)d: %(message)s") % {"line": line, "message": message}
        super().__init__(message)
