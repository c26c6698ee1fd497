"""A mailbox that speaks as much IMAP (RFC 9051) as its reader needs, in a thread of its own."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Box:
    """Mails by UID, with their flags. `password` opens it."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.port = 0

    def put(self, *mails: bytes) -> None:
        for mail in mails:
            uid = max(self.mails, default=0) + 1
            self.mails[uid], self.flags[uid] = mail, set()

    def answer(self, command: str, arguments: str) -> Iterator[bytes]:
        """Give the lines before the final OK. Raises PermissionError for a wrong password."""
        if command == "LOGIN" and self.password not in arguments:
            raise PermissionError
        if command == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1"
        elif command == "LOGOUT":
            yield b"* BYE"
        elif command == "SELECT":
            yield f"* {len(self.mails)} EXISTS".encode()
        elif command == "EXPUNGE":
            for uid in [uid for uid, flags in self.flags.items() if r"\Deleted" in flags]:
                del self.mails[uid], self.flags[uid]
        elif command == "UID":
            yield from self._by_uid(*arguments.split(" ", 2))

    def _by_uid(self, command: str, first: str, rest: str = "") -> Iterator[bytes]:
        if command == "SEARCH":
            unseen = [uid for uid, flags in self.flags.items() if r"\Seen" not in flags]
            yield f"* SEARCH {' '.join(map(str, unseen))}".encode()
            return
        uid = int(first)
        if command == "STORE":
            self.flags[uid] |= set(re.findall(r"\\\w+", rest))
        elif "SIZE" in rest:
            yield f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(self.mails[uid])})".encode()
        else:
            mail = self.mails[uid]
            yield f"* {uid} FETCH (UID {uid} BODY[] {{{len(mail)}}}".encode() + b"\r\n" + mail + b")"


@contextmanager
def a_mailbox(password: str) -> Iterator[Box]:
    """Run a mailbox on a free port of the loopback."""
    box = Box(password)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, command, *rest = line.decode().strip().split(" ", 2)
                try:
                    for part in box.answer(command.upper(), rest[0] if rest else ""):
                        self.wfile.write(part + b"\r\n")
                except PermissionError:
                    self.wfile.write(f"{tag} NO wrong {rest}\r\n".encode())
                    continue
                self.wfile.write(f"{tag} OK done\r\n".encode())
                if command.upper() == "LOGOUT":
                    return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        address: Any = server.server_address
        box.port = address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield box
        server.shutdown()
