"""What a bookmarklet, a share sheet or a person brings: an address, a title, words of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode

from issues.interchange.escaping import URL

from ..models import Clip

LONGEST_TITLE = 300
ROADS = (Clip.Via.FORM, Clip.Via.BOOKMARKLET, Clip.Via.SHARE)

# Of these a database takes none (NUL), and a page shows none.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Incoming:
    """The fields of the form, as strings, under their names."""

    url: str = ""
    title: str = ""
    quote: str = ""
    note: str = ""
    rubric: str = ""
    tags: str = ""
    via: str = Clip.Via.FORM

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Incoming:
        """Read `?url=&title=&text=&par=`; where `url` holds no address, it is looked for in the others.

        Telephones put it into `text`, alone or after words of their own (Android's share sheet has no field
        for it: w3c.github.io/web-share-target). The line beside it there is the title, where none came.
        """
        url, title, text = (_UNSEEN.sub("", query.get(name, "")).strip() for name in ("url", "title", "text"))
        if not URL.match(url):
            if found := _last_address(text):
                url, text = found, _without(text, found)
                if not title and "\n" not in text:
                    title, text = text, ""
            elif found := _last_address(title):
                url, title = found, _without(title, found)
        title = " ".join(title.split())
        if " ".join(text.split()) == title:
            text = ""
        via = Clip.Via.SHARE if url or title or text else Clip.Via.FORM
        if query.get("par") == "bookmarklet":
            via = Clip.Via.BOOKMARKLET
        return cls(url=url, title=title[:LONGEST_TITLE], quote=text, via=via)

    @classmethod
    def typed(cls, posted: Mapping[str, str]) -> Incoming:
        """Read the fields of a form that was sent."""
        return cls(**{field.name: posted[field.name] for field in fields(cls) if field.name in posted})

    def as_query(self) -> str:
        """Give the query string that `asked` reads so again."""
        asked = {"url": self.url, "title": self.title, "text": self.quote}
        if self.via == Clip.Via.BOOKMARKLET:
            asked["par"] = "bookmarklet"
        return urlencode({name: value for name, value in asked.items() if value})

    def as_dict(self) -> dict[str, str]:
        """Give the fields by their names."""
        return {name: str(value) for name, value in asdict(self).items()}


def _last_address(text: str) -> str:
    addresses = URL.findall(text)
    return addresses[-1] if addresses else ""


def _without(text: str, address: str) -> str:
    before, _address, after = text.rpartition(address)
    return f"{before.rstrip()}{after}".strip()
