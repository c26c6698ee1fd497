"""Listening sockets on the loopback interface, opened here and handed to the children that serve them.

Since the port is taken before a child starts, no other program can slip in between, and who connects
early waits instead of being refused.
"""

import socket

HOST = "127.0.0.1"


def listen(*wanted: int, tries: int = 100) -> socket.socket:
    """Listen on the first of the wanted ports that is free, else the next free one after the last of them.

    Raises `OSError` when none of the `tries` ports after it is free either.
    """
    last = wanted[-1]
    for port in (*wanted, *range(last + 1, min(last + tries, 65536))):
        try:
            return socket.create_server((HOST, port), backlog=128)
        except OSError:
            continue
    raise OSError(f"no free port from {last} on")


def port_of(listener: socket.socket) -> int:
    """Give the port it listens on."""
    return int(listener.getsockname()[1])
