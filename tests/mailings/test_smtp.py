"""Whatever a mail server does at whatever stage, the transport says what became of the message."""

import socketserver
import threading
import time
from contextlib import closing, contextmanager, suppress
from itertools import zip_longest

import pytest

from mailings.replies import Outcome, Stage
from mailings.transports import Unreachable, hand_over, smtp
from mailings.transports.smtp import SmtpTransport
from tests.factories import a_letter

CLOSE = "close"
GARBAGE = "%%% what?"
MESSAGE = b"Subject: a\r\n\r\n.b\r\n..\r\nFin.\r\n"


class Dialogue(socketserver.StreamRequestHandler):
    """Says what the script says at each stage, and what a good server says elsewhere."""

    def say(self, stage: str, good: str) -> str:
        """Give what was said; nothing if that ends the connection."""
        line = self.server.script.get(stage, good)
        if line == CLOSE:
            return ""
        self.wfile.write(line.encode() + b"\r\n")
        return "" if line.startswith("421") else line

    def handle(self) -> None:
        self.server.connections += 1
        if not self.say("connect", "220 here"):
            return
        good = {
            "EHLO": "\r\n250-".join(["250-here", *self.server.extensions]) + "\r\n250 HELP",
            "MAIL": "250 ok",
            "RCPT": "250 ok",
            "DATA": "354 go",
            "RSET": "250 ok",
        }
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            self.server.verbs.append(verb)
            self.server.commands.append(line)
            if verb == "QUIT" or not (said := self.say(verb, good.get(verb, "500 what?"))):
                return
            if said.startswith("354"):
                # The line end of the command may be that of an empty text (RFC 5321, 4.1.1.4).
                content = b"\r\n"
                while not content.endswith(b"\r\n.\r\n"):
                    if self.server.script.get("body") == CLOSE:
                        return
                    content += self.rfile.readline()
                self.server.contents.append(content[2:-3])
                if not self.say("dot", "250 2.0.0 queued as 4XyZ"):
                    return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def a_server(*extensions, **script):
    with Server(("127.0.0.1", 0), Dialogue) as server:
        server.script, server.verbs, server.contents, server.connections = script, [], [], 0
        server.extensions, server.commands = extensions, []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def transport_to(server):
    return closing(SmtpTransport(host="127.0.0.1", port=server.server_address[1]))


def one_message(transport, letter=None):
    (answer,) = hand_over(transport, [letter or a_letter(MESSAGE)])
    return answer


def in_a_row(transport, letters):
    """Send letters as the sending loop does: each is announced with the end of the one before."""
    answers = []
    for letter, following in zip_longest(letters, letters[1:]):
        transport.ready()
        refused = transport.offer([letter])
        transport.foresee([following] if following else [])
        if not refused:
            transport.conclude()
        answers += refused or transport.answers()
    return [answer.outcome for answer in answers]


STAGES = [
    ({"MAIL": "451 4.3.0 later"}, Outcome.TEMPORARY),
    ({"MAIL": "550 5.7.1 not you"}, Outcome.OUR_FAULT),
    ({"MAIL": "421 4.3.2 going down"}, Outcome.TEMPORARY),
    ({"MAIL": CLOSE}, Outcome.NOT_SENT),
    ({"MAIL": GARBAGE}, Outcome.NOT_SENT),
    ({"MAIL": "250-ok\r\n250 still ok"}, Outcome.ACCEPTED),
    ({"RCPT": "450 4.2.0 greylisted"}, Outcome.TEMPORARY),
    ({"RCPT": "550-5.1.1 nobody\r\n550 5.1.1 of that name"}, Outcome.BAD_ADDRESS),
    ({"RCPT": "421 going"}, Outcome.TEMPORARY),
    ({"RCPT": "421 4.7.0 too many connections"}, Outcome.THROTTLED),
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


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]], ids=str)
@pytest.mark.parametrize(("script", "outcome"), STAGES, ids=str)
def test_it_says_what_became_of_the_message_and_is_ready_for_the_next(script, outcome, extensions):
    with a_server(*extensions, **script) as server, transport_to(server) as transport:
        assert one_message(transport).outcome is outcome
        server.script.clear()
        assert one_message(transport).outcome is Outcome.ACCEPTED


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
        assert one_message(transport).outcome is Outcome.ACCEPTED


def test_a_line_cut_before_the_end_of_the_text_is_no_doubt():
    long = MESSAGE + b"mot \r\n" * 4_000_000
    with a_server(body=CLOSE) as server, transport_to(server) as transport:
        assert one_message(transport, a_letter(long)).outcome is Outcome.NOT_SENT


def test_a_refusal_keeps_the_connection_and_begins_anew():
    with a_server(RCPT="550 5.1.1 nobody") as server, transport_to(server) as transport:
        one_message(transport)
        server.script.clear()
        one_message(transport)
        assert server.connections == 1
        assert server.verbs[:6] == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]


def test_a_refusal_followed_by_a_broken_reset_costs_a_connection_and_no_message():
    with a_server(RCPT="550 5.1.1 nobody", RSET=CLOSE) as server, transport_to(server) as transport:
        assert one_message(transport).outcome is Outcome.BAD_ADDRESS
        server.script.clear()
        assert one_message(transport).outcome is Outcome.ACCEPTED
        assert server.connections == 2


def test_it_keeps_one_connection_and_reopens_it_after_so_many_messages(settings):
    settings.VEILLE_MESSAGES_PER_CONNECTION = 3
    with a_server() as server, transport_to(server) as transport:
        for _n in range(7):
            one_message(transport)
        assert server.connections == 3
        assert server.verbs.count("QUIT") == 2


def test_dots_at_the_start_of_lines_are_doubled_on_the_wire_only():
    with a_server() as server, transport_to(server) as transport:
        one_message(transport)
    assert server.contents == [MESSAGE.replace(b"\r\n.", b"\r\n..")]


def test_a_password_is_not_sent_to_a_server_without_the_wanted_encryption():
    with a_server() as server:
        port = server.server_address[1]
        wanted = SmtpTransport(host="127.0.0.1", port=port, username="u", password="secret", use_tls=True)
        with pytest.raises(Unreachable):
            wanted.ready()
    assert "AUTH" not in server.verbs


ACCEPTED = Outcome.ACCEPTED


def test_where_the_server_pipelines_a_letter_is_announced_with_the_end_of_the_one_before():
    with a_server("PIPELINING") as server, transport_to(server) as transport:
        assert (
            in_a_row(transport, [a_letter(MESSAGE), a_letter(MESSAGE), a_letter(MESSAGE)]) == [ACCEPTED] * 3
        )
    assert server.verbs == ["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]
    assert server.connections == 1
    assert len(server.contents) == 3


class OnceOnly(dict):
    """A script whose lines are said once each."""

    def get(self, stage, good=None):
        return self.pop(stage, good)


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ({"RCPT": "550 5.1.1 nobody", "DATA": "503 no recipient"}, Outcome.BAD_ADDRESS),
        ({"MAIL": "451 4.3.0 later", "RCPT": "503 no", "DATA": "503 no"}, Outcome.TEMPORARY),
        # A server that wants a text though there is nobody to get it.
        ({"RCPT": "550 5.1.1 nobody", "dot": "554 no valid recipients"}, Outcome.BAD_ADDRESS),
        ({"RCPT": "550 5.7.1 not you", "DATA": CLOSE}, Outcome.OUR_FAULT),
        ({"dot": "451 later"}, Outcome.TEMPORARY),
    ],
    ids=str,
)
def test_of_letters_announced_ahead_the_refused_one_alone_is_refused(script, outcome):
    with a_server("PIPELINING") as server, transport_to(server) as transport:
        server.script = OnceOnly(script)
        assert in_a_row(transport, [a_letter(MESSAGE), a_letter(MESSAGE), a_letter(MESSAGE)]) == [
            outcome,
            ACCEPTED,
            ACCEPTED,
        ]
    assert [content for content in server.contents if content] == [_stuffed(MESSAGE)] * (
        3 if "dot" in script and "RCPT" not in script else 2
    )


def _stuffed(message):
    return message.replace(b"\r\n.", b"\r\n..")


@pytest.mark.parametrize("farewell", [CLOSE, "421 4.4.2 one message a connection"])
def test_a_server_that_serves_one_letter_a_connection_is_called_again_for_each(farewell):
    class OneEach(dict):
        def get(self, stage, good=None):
            if stage == "MAIL" and server.contents and len(server.contents) == server.connections:
                return farewell
            return good

    with a_server("PIPELINING") as server, transport_to(server) as transport:
        server.script = OneEach()
        assert (
            in_a_row(transport, [a_letter(MESSAGE), a_letter(MESSAGE), a_letter(MESSAGE)]) == [ACCEPTED] * 3
        )
    assert server.connections == 3


def test_what_was_announced_and_is_not_to_be_sent_is_not_sent():
    with a_server("PIPELINING") as server, transport_to(server) as transport:
        transport.ready()
        first, second, third = a_letter(MESSAGE), a_letter(b"Subject: no\r\n\r\nNon.\r\n"), a_letter(MESSAGE)
        transport.offer([first])
        transport.foresee([second])
        transport.conclude()
        assert transport.answers()[0].outcome is ACCEPTED
        assert in_a_row(transport, [third]) == [ACCEPTED]
    assert server.contents == [_stuffed(MESSAGE)] * 2


def test_what_was_offered_and_withdrawn_has_no_end_and_so_was_not_sent():
    with a_server("PIPELINING") as server, transport_to(server) as transport:
        transport.ready()
        assert transport.offer([a_letter(MESSAGE)]) is None
        transport.withdraw()
        assert one_message(transport).outcome is ACCEPTED
    assert len(server.contents) == 1


def test_letters_go_in_eight_bits_where_the_server_takes_them_and_their_size_is_said(settings):
    letter = a_letter(b"Subject: a\r\n\r\nd=C3=A9j=C3=A0\r\n", "Subject: a\r\n\r\ndéjà\r\n".encode())
    for offered in ([], ["8BITMIME", "SIZE 1000"]):
        with a_server(*offered) as server, transport_to(server) as transport:
            one_message(transport, letter)
        (command,) = [line for line in server.commands if line.startswith("MAIL")]
        if offered:
            assert command == "MAIL FROM:<a@veille.example> BODY=8BITMIME SIZE=22"
            assert server.contents == ["Subject: a\r\n\r\ndéjà\r\n".encode()]
        else:
            assert command == "MAIL FROM:<a@veille.example>"
            assert server.contents == [b"Subject: a\r\n\r\nd=C3=A9j=C3=A0\r\n"]


def test_eight_bits_can_be_declined(settings):
    settings.VEILLE_8BITMIME = False
    with a_server("8BITMIME") as server, transport_to(server) as transport:
        one_message(transport)
    assert "BODY" not in "".join(server.commands)


def test_a_letter_that_is_larger_than_the_server_takes_is_our_fault_and_stays_here():
    with a_server("SIZE 20") as server, transport_to(server) as transport:
        answer = one_message(transport)
    assert (answer.outcome, answer.reply[:10]) == (Outcome.OUR_FAULT, "552 5.3.4 ")
    assert server.contents == []


def test_a_server_that_only_drips_is_not_waited_for_without_end(monkeypatch):
    class Dripping(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 here\r\n")
            self.rfile.readline()
            self.wfile.write(b"250 here\r\n")
            with suppress(OSError):
                while True:
                    self.wfile.write(b"2")
                    time.sleep(0.05)

    monkeypatch.setitem(smtp.TIMEOUTS, Stage.MAIL, 0.3)
    with Server(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        with transport_to(server) as transport:
            began = time.monotonic()
            assert one_message(transport).outcome is Outcome.NOT_SENT
            assert time.monotonic() - began < 2
        server.shutdown()


def test_a_reply_without_end_is_no_reply():
    endless = "250-{}\r\n".format("x" * 900) * 100 + "250 ok"
    with a_server(MAIL=endless) as server, transport_to(server) as transport:
        assert one_message(transport).outcome is Outcome.NOT_SENT
