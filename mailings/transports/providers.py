"""What each email service provider (ESP) can do, as far as django-anymail's payloads show it.

Many letters go in one call only where all of this was found in the backend's source (anymail 15.2): the
text of the call itself, not one stored at the provider, takes a value per recipient; so do
List-Unsubscribe (`merge_headers`) and the delivery's number (`merge_metadata`); and the answer tells
recipients apart, or is the same for all of them. That is

- Mailgun: `%recipient.key%`, "virtually anywhere in the message" (`MailgunPayload`, the comment before
  `populate_recipient_variables`). One id for the whole call; a single bad address refuses it.
- Mailjet: `[[var:key]]`, a message per recipient under `Messages`, each with an answer of its own. At the
  most 50 in a call (dev.mailjet.com, Send API v3.1).

The others get a call for each letter. Brevo, Postmark, Resend, Mailtrap and Amazon SES merge into stored
templates only. Mandrill and MailerSend have no header per recipient, Unisender Go but one; Scaleway and
Postal know no merging. SparkPost does not say whom it rejected, so that one bad address would leave a
hundred readers in doubt; SendGrid is not tested by anymail any more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """One ESP."""

    # Whether it hands the delivery's number back with its events.
    keeps_metadata: bool = True
    # Headers that it writes itself, and refuses from us, in lower case.
    own_headers: frozenset[str] = frozenset()
    letters_in_a_call: int = 1
    # How a text names a recipient's value (str.format), and what it would take for such a name.
    placeholder: str = ""
    like_a_placeholder: re.Pattern[str] = re.compile(r"(?!)")
    # Whether a recipient's headers stand in place of the common ones, not beside them.
    headers_replace: bool = False

    def takes_literally(self, texts: Iterable[str]) -> bool:
        """Whether nothing in these texts would be taken for a placeholder. (None of them can be escaped.)"""
        return not any(self.like_a_placeholder.search(text) for text in texts)


_BACKEND = re.compile(r"anymail\.backends\.(\w+)\.EmailBackend")
_PROVIDERS = {
    "mailersend": Provider(keeps_metadata=False),
    "mailgun": Provider(
        letters_in_a_call=100,
        placeholder="%recipient.{}%",
        # %recipient%, %recipient_email% and the unsubscribe links are filled in too.
        like_a_placeholder=re.compile(r"%(?:recipient|(?:tag_|mailing_list_)?unsubscribe)", re.IGNORECASE),
    ),
    "mailjet": Provider(
        own_headers=frozenset({"date", "list-id", "message-id"}),
        letters_in_a_call=50,
        placeholder="[[var:{}]]",
        like_a_placeholder=re.compile(r"\[\["),
        headers_replace=True,
    ),
    "postal": Provider(keeps_metadata=False),
}


def name_of(backend: str) -> str | None:
    """Give anymail's name of the ESP behind a Django email backend; None for any other backend."""
    found = _BACKEND.fullmatch(backend)
    return found[1] if found else None


def provider_of(backend: str) -> Provider | None:
    """Give the ESP behind a Django email backend of anymail's; None for any other backend."""
    name = name_of(backend)
    return _PROVIDERS.get(name, Provider()) if name else None
