"""Whatever a mail server does at whatever stage, the transport says what became of the message."""

import socketserver
import threading
from contextlib import closing, contextmanager

import pytest

from mailings.replies import Outcome
from mailings.transports import Unreachable
from mailings.transports.smtp import SmtpTransport

CLOSE = "close"
GARBAGE = "%%% what?"
MESSAGE = b"Subject: a\r\n\r\n.b\r\n..\r\nFin.\r\n"


class Dialogue(socketserver.StreamRequestHandler):
    """Says what the script says at each stage, and what a good server says elsewhere."""

    def say(self, stage: str, good: str) -> bool:
        line = self.server.script.get(stage, good)
        if line == CLOSE:
            return False
        self.wfile.write(line.encode() + b"\r\n")
        return not line.startswith("421")

    def handle(self) -> None:
        self.server.connections += 1
        if not self.say("connect", "220 here"):
            return
        good = {"EHLO": "250 here", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "RSET": "250 ok"}
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            self.server.verbs.append(verb)
            if verb == "QUIT" or not self.say(verb, good[verb]):
                return
            if verb == "DATA" and self.server.script.get("DATA", "354").startswith("354"):
                content = b""
                while not content.endswith(b"\r\n.\r\n"):
                    if self.server.script.get("body") == CLOSE:
                        return
                    content += self.rfile.readline()
                self.server.contents.append(content[:-3])
                if not self.say("dot", "250 2.0.0 queued as 4XyZ"):
                    return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def a_server(**script):
    with Server(("127.0.0.1", 0), Dialogue) as server:
        server.script, server.verbs, server.contents, server.connections = script, [], [], 0
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def transport_to(server):
    return closing(SmtpTransport(host="127.0.0.1", port=server.server_address[1]))


def one_message(server, transport, message=MESSAGE):
    transport.ready()
    return transport.send("a@veille.example", "b@example.org", message)


STAGES = [
    ({"MAIL": "451 4.3.0 later"}, Outcome.TEMPORARY),
    ({"MAIL": "550 5.7.1 not you"}, Outcome.OUR_FAULT),
    ({"MAIL": "421 4.3.2 going down"}, Outcome.TEMPORARY),
    ({"MAIL": CLOSE}, Outcome.NOT_SENT),
    ({"MAIL": GARBAGE}, Outcome.NOT_SENT),
    ({"MAIL": "250-ok\r\n250 still ok"}, Outcome.ACCEPTED),
    ({"RCPT": "450 4.2.0 greylisted"}, Outcome.TEMPORARY),
    ({"RCPT": "550-5.1.1 nobody\r\n550 5.1.1 of that name"}, Outcome.BAD_ADDRESS),
    ({"RCPT": "421 too many"}, Outcome.TEMPORARY),
    ({"RCPT": CLOSE}, Outcome.NOT_SENT),
    ({"RCPT": GARBAGE}, Outcome.NOT_SENT),
    ({"DATA": "451 later"}, Outcome.TEMPORARY),
    ({"DATA": "554 no"}, Outcome.OUR_FAULT),
    ({"DATA": "250 strange"}, Outcome.OUR_FAULT),
    ({"DATA": "421 going"}, Outcome.TEMPORARY),
    ({"DATA": CLOSE}, Outcome.NOT_SENT),
    ({"DATA": GARBAGE}, Outcome.NOT_SENT),
    ({"dot": "451 later"}, Outcome.TEMPORARY),
    ({"dot": "550 5.7.1 spam"}, Outcome.OUR_FAULT),
    ({"dot": "421 going"}, Outcome.TEMPORARY),
    ({"dot": CLOSE}, Outcome.UNCERTAIN),
    ({"dot": GARBAGE}, Outcome.UNCERTAIN),
    ({}, Outcome.ACCEPTED),
]


@pytest.mark.parametrize(("script", "outcome"), STAGES, ids=str)
def test_it_says_what_became_of_the_message_and_is_ready_for_the_next(script, outcome):
    with a_server(**script) as server, transport_to(server) as transport:
        assert one_message(server, transport).outcome is outcome
        server.script.clear()
        assert one_message(server, transport).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("script", "refused"),
    [
        ({"connect": "421 too busy"}, False),
        ({"connect": "554 5.7.1 not you"}, True),
        ({"connect": CLOSE}, False),
        ({"connect": GARBAGE}, False),
        ({"EHLO": CLOSE}, False),
    ],
    ids=str,
)
def test_a_server_that_lets_nobody_in_is_unreachable(script, refused):
    with a_server(**script) as server, transport_to(server) as transport:
        with pytest.raises(Unreachable) as caught:
            transport.ready()
        assert caught.value.refused is refused
        server.script.clear()
        assert one_message(server, transport).outcome is Outcome.ACCEPTED


def test_a_line_cut_before_the_end_of_the_text_is_no_doubt():
    long = MESSAGE + b"mot \r\n" * 4_000_000
    with a_server(body=CLOSE) as server, transport_to(server) as transport:
        assert one_message(server, transport, long).outcome is Outcome.NOT_SENT


def test_a_refusal_keeps_the_connection_and_begins_anew():
    with a_server(RCPT="550 5.1.1 nobody") as server, transport_to(server) as transport:
        one_message(server, transport)
        server.script.clear()
        one_message(server, transport)
        assert server.connections == 1
        assert server.verbs[:6] == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]


def test_a_refusal_followed_by_a_broken_reset_costs_a_connection_and_no_message():
    with a_server(RCPT="550 5.1.1 nobody", RSET=CLOSE) as server, transport_to(server) as transport:
        assert one_message(server, transport).outcome is Outcome.BAD_ADDRESS
        server.script.clear()
        assert one_message(server, transport).outcome is Outcome.ACCEPTED
        assert server.connections == 2


def test_it_keeps_one_connection_and_reopens_it_after_so_many_messages(settings):
    settings.VEILLE_MESSAGES_PER_CONNECTION = 3
    with a_server() as server, transport_to(server) as transport:
        for _n in range(7):
            one_message(server, transport)
        assert server.connections == 3
        assert server.verbs.count("QUIT") == 2


def test_dots_at_the_start_of_lines_are_doubled_on_the_wire_only():
    with a_server() as server, transport_to(server) as transport:
        one_message(server, transport)
    assert server.contents == [MESSAGE.replace(b"\r\n.", b"\r\n..")]


def test_a_password_is_not_sent_to_a_server_without_the_wanted_encryption():
    with a_server() as server:
        port = server.server_address[1]
        wanted = SmtpTransport(host="127.0.0.1", port=port, username="u", password="secret", use_tls=True)
        with pytest.raises(Unreachable):
            wanted.ready()
    assert "AUTH" not in server.verbs
