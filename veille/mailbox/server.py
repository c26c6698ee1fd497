"""The receiving end: an SMTP server that keeps every mail in a Maildir.

`python -m veille.mailbox.server --port 1025 FOLDER` runs until SIGTERM. It listens on the loopback
interface alone, for it takes mail from anybody and for anybody.
"""

import argparse
import asyncio
import mailbox
import signal
import socket
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Keeper:
    """An aiosmtpd handler: one file for each recipient, headed by the envelope as RFC 5321 (4.4) asks."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            trace = f"Return-Path: <{envelope.mail_from or ''}>\r\nDelivered-To: {recipient}\r\n"
            self._box.add(trace.encode("utf-8", "replace") + content)
        return "250 Kept"


async def serve(listener: socket.socket, folder: Path) -> None:
    """Take mail until SIGTERM or SIGINT."""
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    keeper = Keeper(folder)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost"), sock=listener)
    print(f"Taking mail on {listener.getsockname()} into {folder}", flush=True)
    await end.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m veille.mailbox.server", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--fd", type=int, help="a socket that listens already, instead of a port")
    options = parser.parse_args()
    options.folder.parent.mkdir(parents=True, exist_ok=True)
    inherited = options.fd is not None
    listener = socket.socket(fileno=options.fd) if inherited else socket.create_server((HOST, options.port))
    asyncio.run(serve(listener, options.folder))


if __name__ == "__main__":
    main()
