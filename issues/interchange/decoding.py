"""From the bytes of a file to its text, or a clear word on why they are not a text."""

import codecs
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .errors import ImportRefused

MAX_BYTES = 5 * 1024 * 1024

_DOCUMENT = gettext_lazy("a word processor's document")
_PICTURE = gettext_lazy("a picture")
_SIGNATURES = [
    (b"%PDF-", gettext_lazy("a PDF")),
    (b"PK\x03\x04", gettext_lazy("a Word or OpenDocument file, or a zip")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT),
    (b"{\\rtf", _DOCUMENT),
    (b"\x1f\x8b", gettext_lazy("a compressed file")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"<!doctype html", gettext_lazy("a web page")),
    (b"<html", gettext_lazy("a web page")),
]
# What no text in any encoding of one byte a character holds.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a]")


def decode(data: bytes) -> str:
    """Give the text with line ends as \\n. UTF-8, with or without BOM, and UTF-16 with BOM are read.

    Raises ImportRefused for what is empty, over `MAX_BYTES`, in another encoding, or no text.
    """
    if len(data) > MAX_BYTES:
        raise too_large()
    start = data[:16].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for signature, name in _SIGNATURES:
        if start.startswith(signature.lower()):
            raise ImportRefused(
                _("This is %(kind)s, not a text. Save it as plain text in UTF-8, then import that.")
                % {"kind": name}
            )
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise _no_text()
    if not text.strip():
        raise ImportRefused(_("The file is empty."))
    return text


def too_large() -> ImportRefused:
    return ImportRefused(
        _("The file is too large: %(limit)d MB at the most.") % {"limit": MAX_BYTES // 1024 // 1024}
    )


def _no_text() -> ImportRefused:
    return ImportRefused(
        _("This is a binary file, not a text. Save it as plain text in UTF-8, then import that.")
    )


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise ImportRefused(_("The file begins as UTF-16 but is not: save it again in UTF-8.")) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _CONTROL.search(data):
            raise _no_text() from None
        raise ImportRefused(
            _(
                "The text is not in UTF-8 (perhaps Windows-1252 or Latin-1). Save it again with the encoding "
                "UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8 file > new-file"
            ),
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None
