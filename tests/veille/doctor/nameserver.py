"""A name server that answers what a test tells it to, over real UDP."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Zone:
    """Records by name and type, in the form of a zone file. Of the top-level domains, `org` is known."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {("org.", "NS"): ["a0.org.afilias-nst.info."]}
        self.asked: list[str] = []
        self.silent = False
        self.broken = False
        self.port = 0

    def put(self, name: str, kind: str, *values: str) -> None:
        self.records[f"{name}.".lower(), kind] = list(values)

    def text(self, name: str, *values: str) -> None:
        """Put TXT records, each in pieces of 200 octets as zone files have to."""
        cut = [
            " ".join(f'"{value[i : i + 200]}"' for i in range(0, len(value) or 1, 200)) for value in values
        ]
        self.put(name, "TXT", *cut)

    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        (question,) = query.question
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{kind} {name}")
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif values := self.records.get((name, kind)):
            reply.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, values))
        elif not any(known == name or known.endswith(f".{name}") for known, _kind in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply


@contextmanager
def a_name_server() -> Iterator[Zone]:
    """Run a name server on a free port of the loopback."""
    zone = Zone()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            if not zone.silent:
                socket.sendto(zone.answer(dns.message.from_wire(data)).to_wire(), self.client_address)

    class Server(socketserver.ThreadingUDPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        zone.port = int(server.server_address[1])
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield zone
        server.shutdown()
