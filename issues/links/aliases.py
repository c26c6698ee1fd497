"""Other addresses of a page that no rule could tell: learnt from its own word, or from where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.db.models import Q

from ..canonical import canonical_url
from ..models import PageAlias
from ..models.link import LONGEST_URL
from .addresses import request_url
from .homes import is_home

# Where a server sends everybody whom it does not let in yet, or whose page it has lost: no page of its own.
_GATES = re.compile(
    r"(?:log-?in|sign-?(?:in|up)|connexion|connecter|auth(?:enticate|orize)?|sso|consent|cookies?|captcha"
    r"|challenge|subscribe|abonnement|paywall|error|erreur|not-?found|page-?not-?found|40[0-9]|50[0-9]"
    r"|unavailable|maintenance)(?:\.\w{2,5})?",
    re.IGNORECASE,
)


def resolve(canonical: str) -> str:
    """Give the key of the page that an address is known to lead to: itself, where nothing else was learnt."""
    return resolve_all([canonical])[canonical]


def resolve_all(canonicals: Iterable[str]) -> dict[str, str]:
    """Give the page of each of these keys, in one query."""
    wanted = set(canonicals)
    known = dict(PageAlias.objects.filter(key__in=wanted).values_list("key", "canonical_url"))
    return {key: known.get(key, key) for key in wanted}


def same_pages(canonicals: Iterable[str]) -> dict[str, set[str]]:
    """Give for each of these keys all under which its page is known, itself among them, in one query."""
    wanted = set(canonicals)
    pages = PageAlias.objects.filter(key__in=wanted).order_by().values("canonical_url")
    aliases = PageAlias.objects.filter(Q(canonical_url__in=wanted) | Q(canonical_url__in=pages))
    page_of: dict[str, str] = {}
    keys_of: dict[str, set[str]] = {}
    for key, page in aliases.values_list("key", "canonical_url"):
        page_of[key] = page
        keys_of.setdefault(page, {page}).add(key)
    return {key: {key} | keys_of.get(page_of.get(key, key), set()) for key in wanted}


@transaction.atomic
def learn(given_url: str, page_url: str) -> str:
    """Learn that an address leads to a page: by the page's canonical link, or at the end of redirects.

    Give the key of the page, or "" where nothing is to be learnt: on another host (`www.` and `m.` aside),
    from or to a home page, with a route in a fragment, at a door where everybody is sent to. The last word
    counts. An alias never leads to another alias; a page said to be an alias of its own alias stays the page.
    Idempotent.
    """
    key, page = canonical_url(given_url), canonical_url(page_url)
    if not (request_url(given_url) and request_url(page_url)) or not _may_be_one(key, page):
        return ""
    _take_turns()
    page = resolve(page)
    if page == resolve(key):
        return page
    PageAlias.objects.filter(canonical_url=key).update(canonical_url=page)
    PageAlias.objects.update_or_create(key=key, defaults={"canonical_url": page})
    return page


def _may_be_one(key: str, page: str) -> bool:
    # What is no address comes back as it is, with what no database takes (NUL).
    if key == page or max(len(key), len(page)) > LONGEST_URL or not (key + page).isprintable():
        return False
    if is_home(key) or is_home(page):
        return False
    # No server knows a route in a fragment: it gives all of them the same page.
    if "#" in key + page:
        return False
    there, here = urlsplit(page), urlsplit(key)
    return there.netloc == here.netloc and not _GATES.fullmatch(there.path.rpartition("/")[2])


def _take_turns() -> None:
    """Let one transaction at a time learn: SQLite's writers do so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["veille: page aliases"])
