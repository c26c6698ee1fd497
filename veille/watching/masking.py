"""Take out of a text what names people or opens doors: addresses, tokens of links, passwords, quoted rows.

For whatever leaves the house beside its mails: log lines, reports of errors. Those who write log lines keep
people out of them; this catches what servers and libraries quote. Linear in the length of the text.
"""

import re

ADDRESS, TOKEN, SECRET, VALUES = "[address]", "[token]", "[secret]", "[values]"

# What PostgreSQL quotes of a row that it refused, until its next field or the end of the message. Its
# messages may be French.
_QUOTED_ROW = re.compile(
    r"((?:D[EÉ]TAIL|CONTEXTE?|LI(?:NE|GNE) \d+)\s?:)\s.*?(?=\n\s*\n|\n[A-ZÉ]+\s?:|\nTraceback |\n  File |\Z)",
    re.DOTALL,
)
# user:password@ of a URL; where it leads stays.
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@\"'<>]++@")
# The addresses of readers' pages: whoever has one acts for the reader.
_READERS_PAGE = re.compile(
    r"(/(?:desabonnement|preferences|rester|avis|liens|relecture|inscription/confirmer|donnees/lien|donnees"
    # Whose webhook has this key; and a file of links, for who brought it.
    r"|crochets/miniflux|crochets/json|sources/fichier)/)"
    r"(?!lien/)[^/\s?#\"'<>]++"
)
# The tokens of the API, and whatever else a request shows in their place (RFC 6750).
_BEARER = re.compile(r"\bveille_[\w-]{20,}+|(?i:(?<=\bbearer )[\w.~+/=-]{8,}+)", re.ASCII)
_QUOTED_LOCAL_PART = re.compile(r"\"[^\"\n]{1,80}+\"[@＠][^\s<>()\[\],;:\"/?&]++")
_WORD = re.compile(r"[^\s<>()\[\],;:\"/?&]++")
_AT = re.compile(r"[@＠]|%40")


def mask(text: str) -> str:
    """Give the text without addresses, tokens of links, passwords in URLs and rows of the database."""
    text = _QUOTED_ROW.sub(rf"\1 {VALUES}", text)
    text = _READERS_PAGE.sub(rf"\1{TOKEN}", text)
    text = _BEARER.sub(TOKEN, text)
    if _AT.search(text):
        text = _CREDENTIALS.sub(f"{SECRET}@", text)
        text = _QUOTED_LOCAL_PART.sub(ADDRESS, text)
        text = _WORD.sub(_without_address, text)
    return text


def _without_address(word: re.Match[str]) -> str:
    """What stands for a word: itself, unless it looks like an address.

    Names without a dot after the "@" are machines (celery@web1), unless an address literal may follow.
    """
    local, *rest = _AT.split(word[0])
    if not rest or not (local or rest[:-1]):
        return word[0]
    domain = rest[-1]
    return ADDRESS if "." in domain.rstrip(".") or not domain else word[0]
