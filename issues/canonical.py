"""When two addresses lead to the same page."""

import re
from urllib.parse import parse_qs, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, url_query_cleaner

# Parameters that follow the reader, not the page.
TRACKERS = [
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id"),
    *("utm_reader", "utm_name", "utm_social", "utm_brand", "utm_source_platform", "utm_creative_format"),
    *("fbclid", "gclid", "gbraid", "wbraid", "msclkid", "dclid", "yclid", "twclid", "ttclid", "li_fat_id"),
    *("igshid", "igsh", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "ref_src", "ref_url", "s_cid"),
    *("at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4", "xtor"),
    *("vero_id", "wt_mc", "oly_anon_id", "oly_enc_id", "__twitter_impression", "srsltid"),
]

_WEB = re.compile(r"https?://", re.IGNORECASE)
# A name has 253 characters at the most (RFC 1035, 2.3.4), a port six with its colon; some have an account.
# What is looked for in it takes the square of its length.
_LONGEST_HOST = 500
_HOST = re.compile("[!-~]+")
# Names under which a site shows the same page: on a telephone, or as in the nineties.
_FACES = re.compile(r"^(?:(?:www|m|mobile)\.)+(?=[^.]+\.)|(?<=\.)m\.(?=wikipedia\.org$)")
# What browsers drop: the ports of both schemes, and the dot that ends an absolute name.
_NOISE = re.compile(r"(?:\.|:(?:80|443)?)+$")
_VIDEO = re.compile(r"[\w-]{6,}", re.ASCII)
_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live)/([^/]+)/?")


def canonical_url(url: str) -> str:
    """Give the form of a URL under which the same page is recognised.

    The scheme, `www.` and the telephone's `m.`, the default port, trackers, the fragment, the order of the
    parameters and a slash at the end say nothing of the page. It is a form to compare, not to follow. What
    is no address of the web comes back as it is; no input raises, and a second time changes nothing more.
    """
    url = url.strip()
    if not _WEB.match(url):
        return url
    try:
        _scheme, host, path, query, _fragment = urlsplit(
            canonicalize_url(url_query_cleaner(url, TRACKERS, remove=True, unique=False))
        )
    # A bracket that never closes, a name that has no form in ASCII, …
    except ValueError:
        return url
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        return url
    host = _FACES.sub("", _NOISE.sub("", host))
    host, path, query = _video(host, path, query)
    return urlunsplit(("https", host, path.rstrip("/;"), query, ""))


def _video(host: str, path: str, query: str) -> tuple[str, str, str]:
    """Give a video of YouTube the one address of the four that it has."""
    if host == "youtu.be":
        video = path.strip("/")
    elif host == "youtube.com" and (match := _VIDEO_PATH.fullmatch(path)):
        video = match[1]
    elif host == "youtube.com" and path == "/watch":
        video = parse_qs(query).get("v", [""])[0]
    else:
        video = ""
    return ("youtube.com", "/watch", f"v={video}") if _VIDEO.fullmatch(video) else (host, path, query)
