"""Addresses of a whole site, or of a person's place on one: linked to again and again, and no news by it."""

import re
from urllib.parse import urlsplit

# The front page of a site in French and in English is its front page too.
_FRONT = re.compile(r"(?:/(?:fr|en)(?:[-_][a-z]{2})?)?", re.IGNORECASE)

# By host and path of a canonical address.
_PROFILES = re.compile(
    "|".join(
        (
            # An account, or an organisation: what it makes stands below it.
            r"(?:gist\.)?github\.com/[^/]+",
            r"(?:gitlab\.com|codeberg\.org|bitbucket\.org|git\.sr\.ht|huggingface\.co|dev\.to|speakerdeck\.com)/[^/]+",
            r"(?:x\.com|instagram\.com|facebook\.com|threads\.com|t\.me|twitch\.tv)/[^/]+",
            r"bsky\.app/profile/[^/]+",
            r"(?:[a-z]{2}\.)?linkedin\.com/(?:in|company|school|showcase)/[^/]+",
            r"youtube\.com/(?:@[^/]+|(?:c|user|channel)/[^/]+)(?:/(?:featured|videos|shorts|streams|playlists))?",
            r"vimeo\.com/(?!\d+$)[^/]+",
            r"(?:old\.)?reddit\.com/(?:r|u|user)/[^/]+",
            # Mastodon and its kin on any host, Medium, Substack, TikTok, Threads, …
            r"[^/]+/@[^/]+",
        )
    ),
    re.IGNORECASE,
)


def is_home(canonical: str) -> bool:
    """Whether a canonical address is the front page of a site, or the root of a profile.

    That it was linked to before says nothing: no hint is given for it, and no alias leads from or to it.
    """
    try:
        parts = urlsplit(canonical)
    except ValueError:
        return False
    if not parts.netloc or parts.query or parts.fragment:
        return False
    return bool(_FRONT.fullmatch(parts.path) or _PROFILES.fullmatch(f"{parts.netloc}{parts.path}"))
