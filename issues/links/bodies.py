"""Reading the body of an answer up to so many bytes, however small it was packed."""

from __future__ import annotations

import zlib
from http.client import HTTPException, HTTPResponse

PIECE = 64 * 1024
# RFC 9110, 8.4.1. Others (br, zstd) are not asked for.
PLAIN = {"", "identity"}
PACKED = {"gzip", "x-gzip", "deflate"}


def read(response: HTTPResponse, max_bytes: int) -> tuple[bytes, bool]:
    """Give the decoded body, and whether that is all of it: no more than `max_bytes` are.

    Raises HTTPException for a coding that was not asked for or is broken, OSError of the connection.
    """
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in PLAIN | PACKED:
        raise HTTPException(f"the coding {coding[:40]!r} was not asked for")
    unpack = _Unpacking(coding) if coding in PACKED else None
    body = bytearray()
    while len(body) <= max_bytes and (piece := response.read1(PIECE)):
        body += unpack(piece, max_bytes + 1 - len(body)) if unpack else piece
        if unpack and unpack.ended:
            break
    return bytes(body[:max_bytes]), len(body) <= max_bytes


class _Unpacking:
    """Unpacks pieces of a body, never more than there is room for."""

    def __init__(self, coding: str) -> None:
        # With 32: a head of gzip or of zlib, as it comes.
        self.decoder = zlib.decompressobj(32 + zlib.MAX_WBITS)
        self.may_be_raw = coding == "deflate"

    @property
    def ended(self) -> bool:
        return self.decoder.eof

    def __call__(self, piece: bytes, room: int) -> bytes:
        """Unpack up to `room` bytes; what is more is lost. Raises HTTPException."""
        try:
            unpacked = self.decoder.decompress(piece, room)
        except zlib.error as error:
            if not self.may_be_raw:
                raise HTTPException(f"the body is not packed as it says: {error}") from error
            # Some servers leave out the head of zlib that RFC 9110 asks for.
            self.decoder, self.may_be_raw = zlib.decompressobj(-zlib.MAX_WBITS), False
            return self(piece, room)
        self.may_be_raw = False
        return unpacked
