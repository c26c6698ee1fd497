"""Mails in the shapes that servers really send, built for the Return-Path of a delivery."""

from collections.abc import Callable

ORIGINAL = """Return-Path: <{path}>
From: Veille <veille@veille.example>
To: zoe@example.org
Subject: Veille
Message-ID: <1.1@veille.example>

Bonjour
"""


def _raw(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def report(
    path: str,
    *,
    sender: str,
    subject: str,
    words: str,
    fields: str,
    extra: str = "",
    message_id: str = "<dsn-1@mx.example>",
) -> bytes:
    """A multipart/report of RFC 3464."""
    return _raw(
        f"""Return-Path: <>
Delivered-To: {path}
From: {sender}
To: {path}
Subject: {subject}
Message-ID: {message_id}
{extra}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

{words}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Nov 2026 10:00:00 +0100

{fields}

--b1
Content-Type: message/rfc822

{ORIGINAL.format(path=path)}
--b1--
"""
    )


def _fields(action: str, status: str, diagnostic: str, recipient: str = "zoe@example.org") -> str:
    return (
        f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}"
    )


def postfix(path: str, status: str = "5.1.1", diagnostic: str = "", **more: str) -> bytes:
    return report(
        path,
        sender="MAILER-DAEMON@mx.example (Mail Delivery System)",
        subject="Undelivered Mail Returned to Sender",
        words="This is the mail system at host mx.example.\n\n<zoe@example.org>: host said: no",
        fields=_fields("failed", status, diagnostic or f"550 {status} <zoe@example.org>: User unknown"),
        extra="Auto-Submitted: auto-replied\n",
        **more,
    )


def postfix_full(path: str) -> bytes:
    return postfix(path, "5.2.2", "552 5.2.2 <zoe@example.org>: Mailbox full")


def postfix_expired(path: str) -> bytes:
    return postfix(path, "4.4.1", "connect to example.org[192.0.2.1]:25: Connection timed out")


def postfix_domain(path: str) -> bytes:
    return postfix(path, "5.4.4", "Host or domain name not found")


def blocked(path: str) -> bytes:
    return postfix(path, "5.7.1", "550 5.7.1 Service unavailable; client host blocked using a list")


def microsoft_unauthenticated(path: str) -> bytes:
    return postfix(path, "5.7.515", "550 5.7.515 Access denied, sending domain does not meet the level")


def exchange(path: str) -> bytes:
    return report(
        path,
        sender="postmaster@contoso.example",
        subject="Undeliverable: Veille",
        words="Your message to zoe@example.org couldn't be delivered.",
        fields=_fields("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP"),
        extra="X-MS-Exchange-Message-Is-Ndr:\nAuto-Submitted: auto-replied\n",
    )


def office_365(path: str) -> bytes:
    return report(
        path,
        sender="postmaster@outlook.example",
        subject="Undeliverable: Veille",
        words="Delivery has failed to these recipients or groups",
        fields=_fields(
            "failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"
        ),
    )


def gmail(path: str) -> bytes:
    return report(
        path,
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
        words="** Address not found **\n\nYour message wasn't delivered to zoe@example.org.",
        fields=_fields(
            "failed",
            "5.1.1",
            "550-5.1.1 The email account you tried to reach does not exist.\n 550 5.1.1 Please try again",
        ),
        extra="X-Failed-Recipients: zoe@example.org\nAuto-Submitted: auto-replied\n",
    )


def gmail_over_quota(path: str) -> bytes:
    return report(
        path,
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
        words="The recipient's inbox is out of storage space.",
        fields=_fields("failed", "5.0.0", "552-5.2.2 The recipient's inbox is out of storage space."),
    )


def orange(path: str) -> bytes:
    return postfix(
        path,
        "5.0.0",
        "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]",
    )


def _plain(path: str, sender: str, subject: str, body: str, extra: str = "") -> bytes:
    return _raw(
        f"""Return-Path: <>
From: {sender}
To: {path}
Subject: {subject}
Message-ID: <plain-1@mx.example>
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{body}
"""
    )


def exim(path: str) -> bytes:
    return _plain(
        path,
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  zoe@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<zoe@example.org>:
    550 5.1.1 <zoe@example.org>: user unknown

------ This is a copy of the message, including all the headers. ------

"""
        + ORIGINAL.format(path=path),
        "X-Failed-Recipients: zoe@example.org\nAuto-Submitted: auto-replied\n",
    )


def qmail(path: str) -> bytes:
    return _plain(
        path,
        "MAILER-DAEMON@mx.example",
        "failure notice",
        """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<zoe@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

"""
        + ORIGINAL.format(path=path),
    )


def sendmail_delayed(path: str) -> bytes:
    return report(
        path,
        sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
        subject="Warning: could not send message for past 4 hours",
        words="** THIS IS A WARNING MESSAGE ONLY **",
        fields=_fields("delayed", "4.4.1", "451 4.4.1 reply: read error"),
    )


def relayed(path: str) -> bytes:
    return report(
        path,
        sender="MAILER-DAEMON@mx.example",
        subject="Successful Mail Delivery Report",
        words="Your message was delivered.",
        fields=_fields("delivered", "2.1.5", "250 2.1.5 ok"),
    )


def auto_reply(path: str) -> bytes:
    return _plain(
        path,
        "Zoé <zoe@example.org>",
        "Absence : Veille",
        "Je suis absente. 550 5.1.1 user unknown n'est qu'une phrase.",
        "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n",
    )


def a_person(path: str) -> bytes:
    return _plain(path, "Zoé <zoe@example.org>", "Re: Veille", "Merci, j'ai beaucoup ri.")


def yahoo(path: str, kind: str = "abuse") -> bytes:
    """ARF (RFC 5965): to the address registered with Yahoo, the mail complained of inside."""
    return _raw(
        f"""Return-Path: <feedback@arf.mail.example>
From: Yahoo! Mail AntiSpam Feedback <feedback@arf.mail.example>
To: abuse@veille.example
Subject: Fwd: Veille
Message-ID: <arf-1@arf.mail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is an email abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Yahoo!-Mail-Feedback/2.0
Version: 1
Original-Mail-From: <{path}>
Reported-Domain: veille.example

--b1
Content-Type: message/rfc822

{ORIGINAL.format(path=path)}
--b1--
"""
    )


def yahoo_not_spam(path: str) -> bytes:
    return yahoo(path, "not-spam")


# What each is, and the status read from it.
TABLE: list[tuple[Callable[[str], bytes], str, str]] = [
    (postfix, "hard", "5.1.1"),
    (postfix_full, "soft", "5.2.2"),
    (postfix_expired, "soft", "4.4.1"),
    (postfix_domain, "hard", "5.4.4"),
    (blocked, "ours", "5.7.1"),
    (microsoft_unauthenticated, "ours", "5.7.515"),
    (exchange, "hard", "5.1.10"),
    (office_365, "hard", "5.4.1"),
    (gmail, "hard", "5.1.1"),
    (gmail_over_quota, "soft", "5.2.2"),
    (orange, "hard", "5.1.1"),
    (exim, "hard", "5.1.1"),
    (qmail, "hard", "5.1.1"),
    (sendmail_delayed, "nothing", ""),
    (relayed, "nothing", ""),
    (auto_reply, "nothing", ""),
    (a_person, "nothing", ""),
    (yahoo, "complaint", ""),
    (yahoo_not_spam, "nothing", ""),
]
