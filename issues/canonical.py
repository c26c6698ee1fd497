"""When two addresses lead to the same page."""

from w3lib.url import canonicalize_url, url_query_cleaner

# Parameters that follow the reader, not the page.
TRACKERS = [
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id"),
    *("fbclid", "gclid", "msclkid", "dclid", "yclid", "igshid"),
    *("mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "ref_src"),
]


def canonical_url(url: str) -> str:
    """Give the form of a URL under which the same page is recognised: no trackers, no fragment."""
    if not url:
        return ""
    return canonicalize_url(url_query_cleaner(url, TRACKERS, remove=True, unique=False)).rstrip("/")
