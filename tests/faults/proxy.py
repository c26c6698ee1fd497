"""A wire that a test can cut: TCP between a worker and its database or broker."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Proxy:
    """Passes bytes to a server until told otherwise. Its methods return when it is done."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._thread.start()
        self._is_ready.wait()

    def cut(self) -> None:
        """Break every connection; new ones pass."""
        self._do(self._cut())

    def refuse(self) -> None:
        """Break every connection and let nobody in: nothing listens any more."""
        self._do(self._refuse())

    def hang(self) -> None:
        """Keep the connections and take new ones, but pass nothing on."""
        self._do(self._hang())

    def restore(self) -> None:
        """Be a plain wire again."""
        self._do(self._restore())

    def close(self) -> None:
        self._do(self._refuse())
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._may_pass, self._end = asyncio.Event(), asyncio.Event()
        self._may_pass.set()
        await self._listen()
        self._is_ready.set()
        await self._end.wait()
        self._may_pass.set()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port, backlog=200)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _refuse(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        await self._cut()

    async def _restore(self) -> None:
        self._may_pass.set()
        if self._server is None:
            await self._listen()

    async def _hang(self) -> None:
        self._may_pass.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError):
            await self._may_pass.wait()
            if self._end.is_set():
                return
            there, back = await asyncio.open_connection(*self._target)
            self._writers.add(back)
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
            self._writers.discard(back)
        self._writers.discard(writer)
        writer.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(2**16):
                await self._may_pass.wait()
                drain.write(data)
                await drain.drain()
        drain.close()


@contextmanager
def a_proxy_to(host: str, port: int) -> Iterator[Proxy]:
    """Run a proxy on a free port of the loopback."""
    proxy = Proxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
