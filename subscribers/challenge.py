"""A small sum, asked of visitors while a flood of requests comes in: no picture, no script."""

import hmac
import secrets
from typing import NamedTuple

from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_SALT = "subscribers.challenge"
_LIFETIME = 15 * 60
_LONGEST = 400
_WORDS = {
    2: gettext_lazy("two"),
    3: gettext_lazy("three"),
    4: gettext_lazy("four"),
    5: gettext_lazy("five"),
    6: gettext_lazy("six"),
    7: gettext_lazy("seven"),
    8: gettext_lazy("eight"),
    9: gettext_lazy("nine"),
}


class Question(NamedTuple):
    """What to ask, in the visitor's language, and a signed text that knows the answer and does not tell."""

    text: str
    token: str


def ask(network: str) -> Question:
    """Make a question for the visitors of a network: its answer counts for no other, and for 15 minutes."""
    first, second = (secrets.choice(list(_WORDS)) for _number in range(2))
    nonce = secrets.token_urlsafe(8)
    text = _("How much is %(first)s plus %(second)s?") % {"first": _WORDS[first], "second": _WORDS[second]}
    return Question(text, signing.dumps([nonce, _mac(nonce, network, str(first + second))], salt=_SALT))


def is_answered(token: str, answer: str, network: str) -> bool:
    """Tell whether the answer, in figures, is right. False for a token that is forged, cut or old."""
    if len(token) > _LONGEST:
        return False
    try:
        nonce, mac = signing.loads(token, salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature:
        return False
    return hmac.compare_digest(mac, _mac(nonce, network, answer.strip()))


def _mac(nonce: str, network: str, answer: str) -> str:
    return salted_hmac(_SALT, f"{nonce} {network} {answer}", algorithm="sha256").hexdigest()
