"""Free ports of the loopback interface."""

import socket

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen there now. (One that just ended does not count as busy.)"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether a server listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def free_port(*wanted: int, tries: int = 100) -> int:
    """Give the first of the wanted ports that is free, else the next free one after the last of them.

    Raises `OSError` when none of the `tries` ports after it is free either.
    """
    last = wanted[-1]
    for port in (*wanted, *range(last + 1, min(last + tries, 65536))):
        if is_free(port):
            return port
    raise OSError(f"no free port from {last} on")
