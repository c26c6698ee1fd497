"""A mailing as one call to a provider: its text once, with placeholders, and each reader's values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from html import escape

from anymail.message import AnymailMessage

from issues.rendering.slots import PATTERN, slot

from ..frozen import FrozenMail, Recipient, quoted_printable
from ..letters import Letter
from .backend import parts_of
from .providers import Provider

# Written into the fields of the call, or by every provider itself.
_FIELDS = {
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "reply-to",
    "subject",
    "to",
}
# A slot in a header, which is ASCII.
_HEADER_SLOT = re.compile(r"\(slot:([a-z_]+)\)")
_KINDS = {"plain": "text", "html": "html"}
_ESCAPES: dict[str, Callable[[str], str]] = {"text": str, "html": escape}


@dataclass(frozen=True)
class Template:
    """A frozen mail as a provider personalises it."""

    sender: str
    reply_to: str
    subject: str
    bodies: dict[str, str]
    common_headers: dict[str, str]
    own_headers: dict[str, str]
    # The slots that occur in each body.
    slots: dict[str, frozenset[str]]

    def values(self, recipient: dict[str, str]) -> dict[str, str]:
        """Give what stands in the placeholders for a recipient of these values."""
        return {
            _key(kind, name): _ESCAPES[kind](recipient[name])
            for kind, names in self.slots.items()
            for name in names
        }

    def headers(self, recipient: dict[str, str]) -> dict[str, str]:
        """Give a recipient's own headers."""
        return {
            header: _HEADER_SLOT.sub(lambda found: recipient[found[1]], value)
            for header, value in self.own_headers.items()
        }


@lru_cache(maxsize=8)
def template_of(mail: FrozenMail, provider: Provider) -> Template | None:
    """Give the template of a mailing; None if the provider would take some of its words for a placeholder."""
    parsed = message_from_bytes(mail.quoted.filled(_marked), _class=EmailMessage, policy=default)
    bodies = {_KINDS[part.get_content_subtype()]: part.get_content() for part in parts_of(parsed)}
    headers = {
        name: str(value)
        for name, value in parsed.items()
        if name.lower() not in _FIELDS | provider.own_headers
    }
    subject = str(parsed["Subject"])
    if not provider.takes_literally([subject, *bodies.values(), *headers.values()]):
        return None
    return Template(
        sender=str(parsed["From"]),
        reply_to=str(parsed["Reply-To"]),
        subject=subject,
        bodies={kind: _with_placeholders(kind, body, provider) for kind, body in bodies.items()},
        common_headers={name: value for name, value in headers.items() if not _HEADER_SLOT.search(value)},
        own_headers={name: value for name, value in headers.items() if _HEADER_SLOT.search(value)},
        slots={kind: frozenset(PATTERN.findall(body)) for kind, body in bodies.items()},
    )


def values_of(mail: FrozenMail, recipient: Recipient) -> dict[str, str]:
    """Give the values of all slots for a recipient."""
    return mail.quoted.values(recipient)


def message_to(unit: Sequence[Letter], template: Template, provider: Provider) -> AnymailMessage:
    """Give one message to many, each of whom sees nobody else."""
    recipients = {letter.recipient.email: values_of(letter.mail, letter.recipient) for letter in unit}
    replaced = template.common_headers if provider.headers_replace else {}
    message = AnymailMessage(
        subject=template.subject,
        body=template.bodies["text"],
        from_email=template.sender,
        reply_to=[template.reply_to],
        to=list(recipients),
        headers=template.common_headers,
        merge_data={address: template.values(values) for address, values in recipients.items()},
        merge_headers={
            address: replaced | template.headers(values) for address, values in recipients.items()
        },
        merge_metadata={letter.recipient.email: {"delivery": str(letter.delivery)} for letter in unit},
    )
    if "html" in template.bodies:
        message.attach_alternative(template.bodies["html"], "text/html")
    return message


def _marked(encoding: str, name: str) -> bytes:
    return f"(slot:{name})".encode() if encoding == "header" else quoted_printable(slot(name))


def _with_placeholders(kind: str, body: str, provider: Provider) -> str:
    return PATTERN.sub(lambda found: provider.placeholder.format(_key(kind, found[1])), body)


def _key(kind: str, name: str) -> str:
    return f"{kind}_{name}"
