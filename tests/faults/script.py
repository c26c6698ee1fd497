"""What the sink does at which stage of the dialogue: rules, chances, and a seed."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

STAGES = ("connect", "EHLO", "TLS", "AUTH", "MAIL", "RCPT", "DATA", "body", "dot", "RSET", "QUIT")
DEEDS = ("4xx", "5xx", "421", "close", "hang", "garbage", "multi-line")

# Not a reply by any reading of RFC 5321, 4.2.
GARBAGE = b"\x07%%% what?\r\n"


@dataclass
class Rule:
    """At a stage ("*": at each), do something; by chance, so many times, to some recipients only.

    Beside DEEDS: "slow" (the usual reply, after `seconds`), "greylist" (450 until `seconds` after the
    recipient's first RCPT), "lose" (at the dot: keep the message, then close without a word).
    """

    stage: str
    does: str
    chance: float = 1.0
    times: int | None = None
    recipients: str = ""
    seconds: float = 0.0
    reply: str = ""

    def applies(self, stage: str, recipient: str, chances: random.Random) -> bool:
        return (
            self.stage in (stage, "*")
            and self.times != 0
            and (not self.recipients or bool(re.fullmatch(self.recipients, recipient)))
            and (self.chance >= 1 or chances.random() < self.chance)
        )


@dataclass
class Script:
    """The rules in force; the first that applies is followed."""

    rules: list[Rule] = field(default_factory=list)
    chances: random.Random = field(default_factory=lambda: random.Random(1))
    first_seen: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_orders(cls, orders: dict[str, Any]) -> Script:
        """Read the orders that a test sends: `{"rules": [...], "seed": 7}`."""
        return cls([Rule(**rule) for rule in orders["rules"]], random.Random(orders.get("seed", 1)))

    def rule_for(self, stage: str, recipient: str = "") -> Rule | None:
        """The rule to follow now, if any; one that is limited in number is used up by it."""
        for rule in self.rules:
            if not rule.applies(stage, recipient, self.chances):
                continue
            if rule.does == "greylist" and self._has_waited(rule, recipient):
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule
        return None

    def _has_waited(self, rule: Rule, recipient: str) -> bool:
        now = time.time()
        return now - self.first_seen.setdefault(recipient, now) >= rule.seconds


def refusal(rule: Rule, stage: str) -> bytes:
    """The words of a 4xx, 5xx or 421. A 5xx at RCPT names the address, elsewhere it means the sender."""
    if rule.reply:
        return rule.reply.encode() + b"\r\n"
    return {
        "4xx": b"451 4.3.0 try again later\r\n",
        "421": b"421 4.3.2 going down\r\n",
        "greylist": b"450 4.2.0 greylisted\r\n",
        "5xx": b"550 5.1.1 nobody of that name\r\n" if stage == "RCPT" else b"554 5.7.1 not from you\r\n",
    }[rule.does]


def in_several_lines(reply: bytes) -> bytes:
    """The same reply, as servers do that like to talk (RFC 5321, 4.2.1)."""
    *first, last = reply.split(b"\r\n")[:-1]
    code = last[:3]
    return b"".join(line + b"\r\n" for line in [*first, code + b"-well", code + b"-you see", last])
