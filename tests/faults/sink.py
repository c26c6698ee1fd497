"""An SMTP server in a process of its own that writes down what it accepts, and misbehaves on demand.

Each accepted message is one line of JSON in a file, written before its 250 leaves: whatever else is
killed, what is counted is what was accepted. Orders come as lines of JSON on the standard input, each
answered by a line; the first line of the output is the port. It ends with its input.
"""

import asyncio
import hashlib
import json
import os
import re
import ssl
import sys
import time
from pathlib import Path

from tests.faults.script import GARBAGE, Rule, Script, in_several_lines, refusal

TOKENS = re.compile(rb"/(?:desabonnement|preferences)/([\w-]+)/")
ADDRESSES = re.compile(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE)


class Book:
    """The file of what was accepted."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, recipient: str, message: bytes, *, answered: bool) -> None:
        found = MESSAGE_ID.search(message)
        message_id = found[1] if found else b""
        # A soft line break of quoted-printable may stand in the middle of a link (RFC 2045, 6.7).
        joined = message.replace(b"=\r\n", b"")
        tokens = sorted(set(TOKENS.findall(joined)))
        same = joined.replace(message_id, b"@id").replace(recipient.encode(), b"@to")
        for token in tokens:
            same = same.replace(token, b"@token")
        entry = {
            "to": recipient,
            "id": message_id.decode(),
            "hash": hashlib.sha256(message).hexdigest(),
            "text": hashlib.sha256(same).hexdigest(),
            "tokens": [token.decode() for token in tokens],
            "addresses": sorted({address.decode() for address in ADDRESSES.findall(joined)}),
            "answered": answered,
            "at": time.time(),
        }
        os.write(self._file, json.dumps(entry).encode() + b"\n")


class Sink:
    """What all connections share."""

    def __init__(self, book: Book, certificate: str) -> None:
        self.book = book
        self.script = Script()
        self.connections = 0
        self.tls = None
        if certificate:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(certificate)


class Conversation(asyncio.Protocol):
    """One connection: commands in, replies out, strictly in turn even if they come in one piece."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.incoming = bytearray()
        self.outgoing: list[bytes] = []
        self.encrypted = False
        self.recipient = ""
        # In the text of a message; past its text, whose early reply was given; waiting; or deaf.
        self.in_text = self.answered_early = self.text_begun = False
        self.waiting = self.deaf = False

    def connection_made(self, transport) -> None:
        self.transport = transport
        if not self.encrypted:
            self.sink.connections += 1
            self._reply("connect", b"220 sink ESMTP\r\n")
            self._flush()

    def data_received(self, data: bytes) -> None:
        self.incoming += data
        self._go_on()

    def _go_on(self) -> None:
        while not (self.waiting or self.deaf or self.transport.is_closing()):
            if not (self._take_text() if self.in_text else self._take_command()):
                break
        self._flush()

    def _flush(self) -> None:
        if self.outgoing and not self.waiting:
            self.transport.write(b"".join(self.outgoing))
            self.outgoing.clear()

    # --- What comes in ---

    def _take_command(self) -> bool:
        end = self.incoming.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.incoming[:end])
        del self.incoming[: end + 2]
        verb = line[:4].upper().decode("latin-1")
        getattr(self, f"_on_{verb.strip()}", self._on_anything_else)(line)
        return True

    def _take_text(self) -> bool:
        if self.incoming and not self.text_begun:
            self.text_begun = True
            self._spoil_text()
        # The dot alone on its line; at the very start, it ends an empty message.
        end = -2 if self.incoming.startswith(b".\r\n") else self.incoming.find(b"\r\n.\r\n")
        if end == -1:
            return False
        message = bytes(self.incoming[: max(end + 2, 0)]).replace(b"\r\n..", b"\r\n.")
        del self.incoming[: end + 5]
        self.in_text = False
        if not self.answered_early:
            self._end_of_text(message)
        return True

    def _spoil_text(self) -> None:
        rule = self.sink.script.rule_for("body", self.recipient)
        if rule and rule.does == "slow":
            self._wait(rule.seconds)
        elif rule:
            # A reply before the end: the rest is read and thrown away.
            self.answered_early = True
            self._do(rule, "body", b"451 4.3.0 no room\r\n")

    def _end_of_text(self, message: bytes) -> None:
        rule = self.sink.script.rule_for("dot", self.recipient)
        if rule is None or rule.does in ("slow", "multi-line", "lose"):
            lost = rule is not None and rule.does == "lose"
            self.sink.book.write(self.recipient, message, answered=not lost)
        if rule and rule.does == "lose":
            self._close()
            return
        self._obey(rule, "dot", b"250 2.0.0 kept\r\n")

    def _on_EHLO(self, line: bytes) -> None:
        offers = [b"sink", b"PIPELINING", b"8BITMIME", b"SIZE 10000000", b"ENHANCEDSTATUSCODES"]
        offers += [b"STARTTLS"] if self.sink.tls and not self.encrypted else [b"AUTH PLAIN LOGIN"]
        last = len(offers) - 1
        reply = b"".join(b"250" + (b" " if n == last else b"-") + o + b"\r\n" for n, o in enumerate(offers))
        self._reply("EHLO", reply)

    _on_HELO = _on_EHLO

    def _on_STAR(self, line: bytes) -> None:
        if self._reply("TLS", b"220 go ahead\r\n"):
            self._flush()
            self.waiting = True
            self._task = asyncio.ensure_future(self._encrypt())

    async def _encrypt(self) -> None:
        loop = asyncio.get_running_loop()
        self.encrypted = True
        try:
            self.transport = await loop.start_tls(self.transport, self, self.sink.tls, server_side=True)
        except (OSError, ssl.SSLError):
            self.transport.abort()
        self.waiting = False
        self._go_on()

    def _on_AUTH(self, line: bytes) -> None:
        self._reply("AUTH", b"235 2.7.0 welcome\r\n")

    def _on_MAIL(self, line: bytes) -> None:
        self.recipient = ""
        self._reply("MAIL", b"250 2.1.0 ok\r\n")

    def _on_RCPT(self, line: bytes) -> None:
        recipient = line.partition(b"<")[2].partition(b">")[0].decode()
        if self._reply("RCPT", b"250 2.1.5 ok\r\n", recipient):
            self.recipient = recipient

    def _on_DATA(self, line: bytes) -> None:
        if not self.recipient:
            self.outgoing.append(b"503 5.5.1 no valid recipient\r\n")
        elif self._reply("DATA", b"354 go ahead\r\n", self.recipient):
            self.in_text, self.text_begun, self.answered_early = True, False, False

    def _on_RSET(self, line: bytes) -> None:
        self.recipient = ""
        self._reply("RSET", b"250 2.0.0 forgotten\r\n")

    def _on_QUIT(self, line: bytes) -> None:
        if self._reply("QUIT", b"221 2.0.0 bye\r\n"):
            self._close()

    def _on_NOOP(self, line: bytes) -> None:
        self.outgoing.append(b"250 2.0.0 ok\r\n")

    def _on_anything_else(self, line: bytes) -> None:
        self.outgoing.append(b"500 5.5.2 what?\r\n")

    # --- What goes out ---

    def _reply(self, stage: str, good: bytes, recipient: str = "") -> bool:
        """Reply as the script says. True if the command was granted."""
        return self._obey(self.sink.script.rule_for(stage, recipient or self.recipient), stage, good)

    def _obey(self, rule: Rule | None, stage: str, good: bytes) -> bool:
        if rule is None:
            self.outgoing.append(good)
            return True
        if rule.does == "slow":
            self.outgoing.append(good)
            self._wait(rule.seconds)
            return True
        self._do(rule, stage, good)
        return rule.does == "multi-line"

    def _do(self, rule: Rule, stage: str, good: bytes) -> None:
        if rule.does == "hang":
            self.deaf = True
        elif rule.does == "close":
            self._close()
        elif rule.does == "garbage":
            self.outgoing.append(GARBAGE)
        elif rule.does == "multi-line":
            self.outgoing.append(in_several_lines(good))
        else:
            self.outgoing.append(refusal(rule, stage))
            if rule.does == "421":
                self._close()

    def _wait(self, seconds: float) -> None:
        self.waiting = True
        asyncio.get_running_loop().call_later(seconds, self._wake)

    def _wake(self) -> None:
        self.waiting = False
        self._go_on()

    def _close(self) -> None:
        self._flush()
        self.transport.close()


async def serve(path: Path, certificate: str) -> None:
    """Run until the input ends."""
    loop = asyncio.get_running_loop()
    sink = Sink(Book(path), certificate)
    server = await loop.create_server(lambda: Conversation(sink), "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        sink.script = Script.from_orders(json.loads(line))
        print(sink.connections, flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
