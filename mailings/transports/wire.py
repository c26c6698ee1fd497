"""One end of an SMTP connection: commands go out, replies come in, each within its time."""

import socket
import ssl
import time

# More than any server says in one reply; beyond it, it is no SMTP server.
_LONGEST_REPLY = 64 * 1024


class BrokenOff(Exception):
    """The connection ended, stayed silent, or spoke something that is no SMTP.

    `nothing_left`: of what was to be written, not one octet has left this machine.
    """

    def __init__(self, reason: str, *, nothing_left: bool = False) -> None:
        super().__init__(reason)
        self.nothing_left = nothing_left


class Wire:
    """Reads and writes a connected socket. After BrokenOff it is of no more use."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        # The end of a message leaves by itself: it must not wait for the last part's acknowledgement.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()

    def write(self, data: bytes, seconds: float) -> None:
        """Write all of it within so many seconds. Raises BrokenOff."""
        deadline = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            try:
                self._wait_until(deadline)
                rest = rest[self._socket.send(rest) :]
            except OSError as error:
                # Inside TLS a failed write may have left in part.
                untouched = len(rest) == len(data) and not isinstance(self._socket, ssl.SSLSocket)
                raise BrokenOff(_reason(error), nothing_left=untouched) from error

    def reply(self, seconds: float) -> tuple[int, str]:
        """Read one reply, of one line or many, within so many seconds: code and text. Raises BrokenOff."""
        deadline = time.monotonic() + seconds
        text, sign = b"", b"-"
        while sign == b"-":
            line = self._line(deadline)
            code, sign = line[:3], line[3:4]
            if not code.isdigit() or sign not in (b" ", b"-", b""):
                raise BrokenOff(_text(line) or "an empty line for an answer")
            text += b" " + line[4:]
            if len(text) > _LONGEST_REPLY:
                raise BrokenOff("an answer without end")
        return int(code), _text(text)

    def close(self) -> None:
        """Let go at once, whatever stands open."""
        self._socket.close()

    def _line(self, deadline: float) -> bytes:
        while (end := self._received.find(b"\n")) < 0:
            if len(self._received) > _LONGEST_REPLY:
                raise BrokenOff("an answer without end")
            try:
                self._wait_until(deadline)
                received = self._socket.recv(16384)
            except OSError as error:
                raise BrokenOff(_reason(error)) from error
            if not received:
                raise BrokenOff("Connection unexpectedly closed")
            self._received += received
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line.rstrip(b"\r")

    def _wait_until(self, deadline: float) -> None:
        # Zero would mean: do not wait at all.
        self._socket.settimeout(max(deadline - time.monotonic(), 0.001))


def _reason(error: OSError) -> str:
    return str(error) or type(error).__name__


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())
