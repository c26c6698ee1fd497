"""The limit: what Python alone can do, a bare smtplib loop that writes nothing down.

    python -m benchmarks.sending.loop PORT COUNT < message

One connection, one `sendmail` per reader, whose values are put in by `bytes.replace`. The message comes
on the standard input, with marks in it; what it took goes to the standard output, as JSON.
"""

import json
import smtplib
import sys
import time

from .readers import MARKS, readers

SENDER = "veille@veille.example"
_MARKS = [mark.encode() for mark in MARKS]


def loop(port: int, message: bytes, people: list[tuple[str, list[bytes]]]) -> None:
    """Send the message to each of the people, given as their address and the values of the marks."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example") as smtp:
        for address, values in people:
            smtp.sendmail(SENDER, [address], fill(message, values))


def fill(message: bytes, values: list[bytes]) -> bytes:
    """Put a reader's values in the place of the marks."""
    for mark, value in zip(_MARKS, values, strict=True):
        message = message.replace(mark, value)
    return message


def main() -> None:
    port, count = map(int, sys.argv[1:])
    message = sys.stdin.buffer.read()
    people = [(reader.email, [value.encode() for value in reader]) for reader in readers(count)]
    began, cpu = time.perf_counter(), time.process_time()
    loop(port, message, people)
    took = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}
    print(json.dumps(took))


if __name__ == "__main__":
    main()
