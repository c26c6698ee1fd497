"""Header lines that are what they say: no value ever brings a second line with it."""

import re
from email.header import Header, decode_header, make_header
from email.utils import formataddr

# CR, LF, NUL, C0 and C1 controls, the line separators of Unicode, lone surrogates (RFC 5322).
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class HeaderError(ValueError):
    """A value that must not go into a header."""


def header_value(value: str) -> str:
    """Give the value back if it may stand in a header. Raises HeaderError."""
    if _FORBIDDEN.search(value):
        raise HeaderError(f"control character in a header value: {value!r}")
    return value


def encoded(name: str, value: str) -> str:
    """Encode a text for a header as one whole (RFC 2047), and make sure it decodes to itself.

    Python folds a header that mixes plain and encoded words so that spaces get lost or doubled;
    encoding the whole value does not.
    """
    header_value(value)
    if value.isascii() and value == value.strip() and "=?" not in value and len(value) < 900:
        return value
    line = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    if str(make_header(decode_header(line))) != value:
        raise HeaderError(f"{name} does not survive its encoding: {value!r}")
    return line


def mailbox(name: str, address: str) -> str:
    """Give one address with its display name (RFC 5322, 3.4). The address is ASCII."""
    header_value(address).encode("ascii")
    if not name:
        return address
    if name.isascii():
        return formataddr((header_value(name), address))
    return f"{encoded('From', name)} <{address}>"
