"""Many requests at the same moment, each on a connection of its own, as mailbox providers send them."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit


def burst(site: str, paths: Sequence[str], body: bytes) -> str:
    """POST a form to all the paths at once; give in words how long the last answer took, and what failed.

    An answer other than 2xx has failed, and so has a connection that ends without one.
    """
    answers = asyncio.run(_all(urlsplit(site).netloc, paths, body))
    waits = sorted(wait for status, wait in answers)
    failed = sum(not 200 <= status < 300 for status, _wait in answers)
    half, nearly_all = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    return (
        f"{len(answers)} at once: half answered after {half:.1f} s, 99 % after {nearly_all:.1f} s,"
        f" all after {waits[-1]:.1f} s ({len(answers) / waits[-1]:.0f} a second), {failed} failed"
    )


async def _all(host: str, paths: Sequence[str], body: bytes) -> list[tuple[int, float]]:
    begun = time.monotonic()
    statuses = await asyncio.gather(*(_timed(begun, host, path, body) for path in paths))
    return list(statuses)


async def _timed(begun: float, host: str, path: str, body: bytes) -> tuple[int, float]:
    try:
        status = await _post(host, path, body)
    except (OSError, ValueError, IndexError):
        status = 0
    return status, time.monotonic() - begun


async def _post(host: str, path: str, body: bytes) -> int:
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])
