"""Email service providers over real HTTP, as django-anymail calls them: they keep what they would mail."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs

Told = str | tuple[int, dict[str, str]]
Reply = tuple[int, dict[str, str], object]


@dataclass(frozen=True)
class Mailed:
    """One mail as its recipient would get it."""

    recipient: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    delivery: str


@dataclass
class Esp:
    """Takes calls, and answers as a test tells it to.

    `script` holds what to do with the next calls, in order: take them, refuse them with an HTTP status and
    headers, or take them and then `hang` or `cut` the line instead of an answer; `always` does it with the
    others. Recipients in `refused` are refused by name.
    """

    url: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    mailed: list[Mailed] = field(default_factory=list)
    script: list[Told] = field(default_factory=list)
    always: Told = "take"
    refused: set[str] = field(default_factory=set)
    # A call that hangs was taken; let it go.
    hangs: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)

    def take(self, body: bytes) -> Reply:
        raise NotImplementedError

    @property
    def backend(self) -> str:
        """The email backend that calls it."""
        return f"anymail.backends.{type(self).__name__.lower()}.EmailBackend"

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.mailed]


class Mailgun(Esp):
    """One text, the `recipient-variables` beside it; one bad address refuses the whole call."""

    def take(self, body: bytes) -> Reply:
        form = parse_qs(body.decode(), keep_blank_values=True)
        self.calls.append(form)
        if self.refused.intersection(form["to"]):
            return 400, {}, {"message": "to parameter is not a valid address. please check documentation"}
        variables = json.loads(form.get("recipient-variables", ["{}"])[0])
        for address in form["to"]:
            own = variables.get(address, {})
            written = {name: _filled(values[0], r"%recipient\.(.+?)%", own) for name, values in form.items()}
            self.mailed.append(
                Mailed(
                    address,
                    written["subject"],
                    written["text"],
                    written.get("html", ""),
                    {name[2:]: value for name, value in written.items() if name.startswith("h:")},
                    written["v:delivery"],
                )
            )
        return 200, {}, {"id": "<1@mailgun.example>", "message": "Queued. Thank you."}


class Mailjet(Esp):
    """A message for each recipient, `[[var:key]]` in the common text; an answer for each."""

    def take(self, body: bytes) -> Reply:
        call = json.loads(body)
        self.calls.append(call)
        results = []
        for part in call["Messages"]:
            # A message's own headers take the place of the common ones.
            whole = call["Globals"] | part
            (address,) = [to["Email"] for to in whole["To"]]
            if address in self.refused:
                results.append({"Status": "error", "Errors": [{"ErrorMessage": "invalid address"}]})
                continue
            forbidden = {"date", "list-id", "message-id"} & {name.lower() for name in whole["Headers"]}
            if forbidden:
                results.append({"Status": "error", "Errors": [{"ErrorMessage": f"header: {forbidden}"}]})
                continue
            text, html = (
                _filled(whole.get(part, ""), r"\[\[var:(.+?)\]\]", whole.get("Variables", {}))
                for part in ("TextPart", "HTMLPart")
            )
            delivery = json.loads(whole["EventPayload"])["delivery"]
            self.mailed.append(Mailed(address, whole["Subject"], text, html, whole["Headers"], delivery))
            results.append({"Status": "success", "To": [{"Email": address, "MessageID": 7}]})
        refused = any(result["Status"] == "error" for result in results)
        return 400 if refused else 200, {}, {"Messages": results}


class Postmark(Esp):
    """A call for each letter."""

    def take(self, body: bytes) -> Reply:
        call = json.loads(body)
        self.calls.append(call)
        if call["To"] in self.refused:
            words = f"Found inactive addresses: {call['To']}. Inactive recipients are ones that bounced."
            return 422, {}, {"ErrorCode": 406, "Message": words}
        headers = {header["Name"]: header["Value"] for header in call["Headers"]}
        self.mailed.append(
            Mailed(
                call["To"],
                call["Subject"],
                call["TextBody"],
                call.get("HtmlBody", ""),
                headers,
                call["Metadata"]["delivery"],
            )
        )
        return 200, {}, {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": call["To"]}


class Brevo(Esp):
    """A call for each letter; it cannot be told not to track."""

    def take(self, body: bytes) -> Reply:
        call = json.loads(body)
        self.calls.append(call)
        (address,) = [to["email"] for to in call["to"]]
        if address in self.refused:
            return 400, {}, {"code": "invalid_parameter", "message": "email is not valid in to"}
        delivery = json.loads(call["headers"].pop("X-Mailin-custom"))["delivery"]
        self.mailed.append(
            Mailed(
                address,
                call["subject"],
                call["textContent"],
                call.get("htmlContent", ""),
                call["headers"],
                delivery,
            )
        )
        return 201, {}, {"messageId": "<1@brevo.example>"}


OPTIONS = {
    Brevo: {"api_key": "k"},
    Mailgun: {"api_key": "k"},
    Mailjet: {"api_key": "k", "secret_key": "s"},
    Postmark: {"server_token": "k"},
}


def mailer(esp: Esp, **options: Any) -> dict[str, Any]:
    """What `MAILERS` says to send there."""
    return {
        "BACKEND": esp.backend,
        "OPTIONS": {"api_url": esp.url, "timeout": 5.0} | OPTIONS[type(esp)] | options,
    }


@contextmanager
def an_esp(kind: type[Esp]) -> Iterator[Esp]:
    """Run a provider on a free port of the loopback."""
    esp = kind()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer in one piece: in two, each would wait 40 ms for the other end's ACK.
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = esp.script.pop(0) if esp.script else esp.always
            if isinstance(told, tuple):
                esp.calls.append({})
                status, headers = told
                self._answer((status, headers, {"message": f"refused with {status}"}))
                return
            reply = esp.take(body)
            if told == "hang":
                esp.hangs.set()
                esp.let_go.wait(30)
                self.close_connection = True
            elif told == "cut":
                self.close_connection = True
            else:
                self._answer(reply)

        def _answer(self, reply: Reply) -> None:
            status, headers, content = reply
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    esp.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    try:
        yield esp
    finally:
        esp.let_go.set()
        server.shutdown()
        server.server_close()


def _filled(text: str, placeholder: str, values: dict[str, str]) -> str:
    return re.sub(placeholder, lambda found: values.get(found[1], found[0]), text)
