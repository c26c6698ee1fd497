"""Servers of a test: real ones on this machine, behind names that resolve as the test says."""

import socket
import threading
from contextlib import contextmanager
from ipaddress import ip_network

from ssrfguard import Policy

from issues.links.client import Client

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LOOPBACK = (ip_network("127.0.0.1/32"),)


def redirect(to, status=302):
    return f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


class Server:
    """Answers each request by what `answers` gives for its path; keeps the requests, and counts callers."""

    def __init__(self, answers, tls=None, at=("127.0.0.1", 0)):
        self.answers, self.tls, self.requests, self.callers = answers, tls, [], 0
        family = socket.AF_INET6 if ":" in at[0] else socket.AF_INET
        self.listener = socket.create_server(at, family=family)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                wire, _peer = self.listener.accept()
            except OSError:
                return
            self.callers += 1
            threading.Thread(target=self.answer, args=[wire], daemon=True).start()

    def answer(self, wire):
        try:
            if self.tls:
                wire = self.tls.wrap_socket(wire, server_side=True)
            with wire:
                request = b""
                while b"\r\n\r\n" not in request:
                    received = wire.recv(4096)
                    if not received:
                        return
                    request += received
                self.requests.append(request.decode())
                method, path, _version = request.split(b"\r\n")[0].decode().split(" ")
                answer = self.answers(method, path)
                if callable(answer):
                    answer(wire)
                else:
                    wire.sendall(answer)
        except OSError:
            pass


@contextmanager
def a_server(answers, tls=None, at=("127.0.0.1", 0)):
    server = Server(answers if callable(answers) else lambda method, path: answers, tls, at)
    yield server
    server.listener.close()


def a_page(body=b"", kind="text/html; charset=utf-8", status=200, **headers):
    """What a server says that has a page."""
    lines = [f"HTTP/1.1 {status} So", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Names:
    """A name server in the hands of the test; keeps what it was asked."""

    def __init__(self, **names):
        self.names, self.asked = names, []

    def __call__(self, host, port, *args, **kwargs):
        self.asked.append(host)
        addresses = self.names.get(host.replace(".", "_"))
        if callable(addresses):
            addresses = addresses()
        if addresses is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]


def a_client(*ports, seconds=5, **more):
    """A client that may reach this machine, by the ports of the test's servers."""
    names = more.pop("names", Names(site_example=["127.0.0.1"]))
    policy = Policy(allowed_networks=LOOPBACK, allowed_ports=frozenset({80, 443, *ports}))
    return Client(policy=policy, resolver=names, seconds=seconds, **{"pause": 0, **more})
