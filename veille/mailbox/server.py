"""The receiving end: an SMTP server that keeps every mail in a Maildir.

`python -m veille.mailbox.server --port 1025 FOLDER` runs until SIGTERM. It listens on the loopback
interface alone, for it takes mail from anybody and for anybody.
"""

import argparse
import mailbox
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m veille.mailbox.server", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=1025)
    options = parser.parse_args()
    options.folder.parent.mkdir(parents=True, exist_ok=True)
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    controller = Controller(Keeper(options.folder), hostname=HOST, port=options.port)
    controller.start()
    print(f"Taking mail on {HOST}:{options.port} into {options.folder}", flush=True)
    end.wait()
    controller.stop()


if __name__ == "__main__":
    main()
