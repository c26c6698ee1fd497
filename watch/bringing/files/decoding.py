"""From the bytes of a file to its texts: unpacked, in the right encoding; or a clear refusal."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib

from django.utils.translation import gettext as _
from w3lib.encoding import html_body_declared_encoding

from .bounds import MOST_BYTES, Unreadable

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ZIP = b"PK\x03\x04"
MOST_MEMBERS = 100


def texts(data: bytes) -> list[str]:
    """Give the text of a file, or of each CSV file in a zip. Raises Unreadable."""
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise Unreadable(_too_large())
    return [decode(part) for part in (_unpack(data) if data.startswith(_ZIP) else [data])]


def decode(data: bytes) -> str:
    """Give the text: as its mark or UTF-8 has it, else as it says itself, else as Windows' Western European.

    Raises Unreadable for what is no text.
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeError:
        if marked:
            raise Unreadable(_("The file does not keep to its encoding.")) from None
        text = _as_it_says(data)
    if "\0" in text:
        raise Unreadable(_("This is not a text file."))
    return text


def _as_it_says(data: bytes) -> str:
    declared = html_body_declared_encoding(data)
    for encoding in filter(None, (declared, "cp1252")):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1")


def _unpack(data: bytes) -> list[bytes]:
    """Give the CSV files of a zip, all of which together are no larger than a file may be."""
    left, parts = MOST_BYTES, []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = [member for member in packed.infolist() if member.filename.lower().endswith(".csv")]
            if not members or len(members) > MOST_MEMBERS:
                raise Unreadable(_("There is no CSV file in this zip: unpack it, and bring what is in it."))
            for member in sorted(members, key=lambda member: member.filename):
                with packed.open(member) as file:
                    # Read no further, whatever the zip says of its sizes.
                    part = file.read(left + 1)
                left -= len(part)
                if left < 0:
                    raise Unreadable(_too_large())
                parts.append(part)
    # Damaged, with a password, or packed as Python does not know.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unreadable(_("This zip cannot be unpacked.")) from error
    if not any(part.strip() for part in parts):
        raise Unreadable(_("The file is empty."))
    return [part for part in parts if part.strip()]


def _too_large() -> str:
    return _("The file is larger than %(n)d MB. Cut it into several.") % {"n": MOST_BYTES // 2**20}
