"""One mail as a person may read it, however odd its bytes are."""

import contextlib
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cached_property


class Mail:
    """A mail from its bytes; `cut` tells that there are more of them."""

    def __init__(self, source: bytes, *, cut: bool = False) -> None:
        self._source = source
        self.cut = cut

    @property
    def source(self) -> str:
        return self._source.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        """Give a header as it is meant, on one line; one that cannot be decoded, as it is written."""
        raw = self._head.get(name)
        if raw is None:
            return ""
        text = str(raw)
        with contextlib.suppress(MessageError, ValueError, LookupError):
            text = str(make_header(decode_header(text)))
        return " ".join(_printable(text).split())

    @cached_property
    def html(self) -> str:
        return self._part("text/html")

    @cached_property
    def text(self) -> str:
        return self._part("text/plain")

    @cached_property
    def _head(self) -> Message:
        return BytesHeaderParser().parsebytes(self._source)

    @cached_property
    def _parts(self) -> list[Message]:
        try:
            return list(message_from_bytes(self._source).walk())
        # Parts within parts, deeper than Python can follow: the source still shows them.
        except RecursionError:
            return []

    def _part(self, kind: str) -> str:
        """Give the first part of that type that is not an attachment, or an empty text."""
        for part in self._parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                return _decoded(part)
        return ""


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _printable(text: str) -> str:
    """Bytes that no charset explains come as lone surrogates, which no page can hold."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
