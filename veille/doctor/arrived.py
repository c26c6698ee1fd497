"""What mailbox providers look at in a mail of ours, once it has arrived (Gmail, Yahoo, Outlook, Orange)."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .registry import Finding, error, info, ok, warning
from .sender.domains import domain_of
from .sender.tags import tags_of

IDS = tuple(
    f"own-mail.{word}"
    for word in (
        "signed",
        "unsigned",
        "signed-by-others",
        "uncovered",
        "feedback-id",
        "proved",
        "not-proved",
        "unjudged",
        "one-click",
        "no-one-click",
        "untracked",
        "tracked",
    )
)
# RFC 8058, 4: both must be covered by a valid DKIM signature.
_MUST_BE_SIGNED = ("list-unsubscribe", "list-unsubscribe-post")
_VERDICT = re.compile(r"\b(dkim|spf|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_ONE_CLICK = re.compile(rb"^List-Unsubscribe: <https://[^>\r\n]+>", re.MULTILINE | re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?(https?:[^\"'\s>]+)", re.IGNORECASE)


def judge(raw: bytes) -> Iterator[Finding]:
    """Say how a mail of ours arrived."""
    message = message_from_bytes(raw, _class=EmailMessage, policy=default)
    yield from _signatures(message)
    yield from _verdicts(message)
    yield from _one_click(raw, message)
    yield from _tracking(message)


def _signatures(message: EmailMessage) -> Iterator[Finding]:
    signatures = [tags_of(" ".join(str(text).split())) for text in message.get_all("DKIM-Signature", [])]
    if not signatures:
        yield error(
            "own-mail.unsigned",
            _("The mail bears no DKIM signature."),
            _("Let the mail server or the provider sign for the domain in From."),
        )
        return
    sender = domain_of(str(message["From"]))
    ours = [tags for tags in signatures if _related(tags.get("d", "").lower(), sender)]
    if not ours:
        yield warning(
            "own-mail.signed-by-others",
            _("The signature is of %(others)s, and From of %(sender)s: DKIM does not speak for you (DMARC).")
            % {"others": ", ".join(tags.get("d", "?") for tags in signatures), "sender": sender},
            _("Have mails signed with d=%(sender)s.") % {"sender": sender},
        )
        return
    best = max(ours, key=lambda tags: sum(name in _signed(tags) for name in _MUST_BE_SIGNED))
    missing = [name for name in _MUST_BE_SIGNED if name not in _signed(best)]
    which = {"domain": best.get("d", ""), "selector": best.get("s", "")}
    if missing:
        yield error(
            "own-mail.uncovered",
            _("The signature (d=%(domain)s, s=%(selector)s) leaves out %(names)s: no one-click.")
            % {**which, "names": ", ".join(missing)},
            _("OpenDKIM: SignHeaders *,+list-unsubscribe,+list-unsubscribe-post,+feedback-id"),
        )
    else:
        yield ok(
            "own-mail.signed",
            _("Signed (d=%(domain)s, s=%(selector)s), List-Unsubscribe-Post with it.") % which,
        )
    if message["Feedback-ID"] and "feedback-id" not in _signed(best):
        yield info(
            "own-mail.feedback-id",
            _("The signature leaves out Feedback-ID: Gmail and Orange do not count by it."),
            _("OpenDKIM: SignHeaders *,+list-unsubscribe,+list-unsubscribe-post,+feedback-id"),
        )


def _signed(tags: dict[str, str]) -> set[str]:
    return {name.strip().lower() for name in tags.get("h", "").split(":")}


def _related(domain: str, sender: str) -> bool:
    """Whether one of the domains is, or lies below, the other: as near as it gets without name servers."""
    return bool(domain) and (f".{sender}".endswith(f".{domain}") or f".{domain}".endswith(f".{sender}"))


def _verdicts(message: EmailMessage) -> Iterator[Finding]:
    # The topmost was written last, by the server that keeps the mailbox.
    said = str(message.get("Authentication-Results", ""))
    verdicts: dict[str, str] = {}
    for method, verdict in _VERDICT.findall(said):
        # Of several signatures, one that passes is enough.
        if verdicts.get(method.lower()) != "pass":
            verdicts[method.lower()] = verdict.lower()
    text = ", ".join(f"{method}={verdict}" for method, verdict in sorted(verdicts.items()))
    if not verdicts:
        yield info(
            "own-mail.unjudged",
            _("The server that took the mail does not say what it thought of it."),
            _("Send one to a mailbox of Gmail or Orange, and read it from there."),
        )
    elif set(verdicts.values()) == {"pass"}:
        yield ok("own-mail.proved", text)
    else:
        yield error(
            "own-mail.not-proved",
            text,
            _("See what the report says of the sender domain; Orange wants all three to pass."),
        )


def _one_click(raw: bytes, message: EmailMessage) -> Iterator[Finding]:
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    post = str(message.get("List-Unsubscribe-Post", "")).replace(" ", "")
    if _ONE_CLICK.search(head) and post == "List-Unsubscribe=One-Click":
        yield ok("own-mail.one-click", _("One-click unsubscribing (RFC 8058) arrived whole."))
    else:
        yield error(
            "own-mail.no-one-click",
            _("List-Unsubscribe did not arrive as one line with an https address, or its Post is missing."),
            _("SITE_URL must be https; see what the mail server or the provider makes of these headers."),
        )


def _tracking(message: EmailMessage) -> Iterator[Finding]:
    body = message.get_body(["html"])
    if body is None:
        return
    html = str(body.get_content())
    hosts = {urlsplit(url).hostname or "" for url in _IMAGE.findall(html)}
    strangers = sorted(hosts - {settings.SITE_DOMAIN})
    if strangers:
        seen = _("Pictures come from elsewhere: %(hosts)s. It may be a tracking pixel.") % {
            "hosts": ", ".join(strangers[:3])
        }
    elif settings.SITE_URL not in html:
        seen = _("No link leads to the site any more: they were rewritten to count clicks.")
    else:
        yield ok("own-mail.untracked", _("No pixel was added, and links are as they were."))
        return
    yield error(
        "own-mail.tracked",
        seen,
        _("Switch tracking off at the provider: in France it needs its own consent (CNIL 2026-042)."),
    )
