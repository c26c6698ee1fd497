"""When two addresses lead to the same page."""

import re
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url, url_query_cleaner

# Parameters that follow the reader, not the page.
TRACKERS = [
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id"),
    *("utm_reader", "utm_name", "utm_social", "utm_social-type", "utm_brand", "utm_source_platform"),
    *(
        "utm_creative_format",
        "utm_marketing_tactic",
        "utm_referrer",
        "utm_place",
        "utm_pubreferrer",
        "utm_swu",
    ),
    *("fbclid", "gclid", "gbraid", "wbraid", "msclkid", "dclid", "yclid", "twclid", "ttclid", "li_fat_id"),
    *("gad_source", "gad_campaignid", "_ga", "_gl", "igshid", "igsh", "mc_cid", "mc_eid", "_hsenc", "_hsmi"),
    *("__hstc", "__hssc", "__hsfp", "hsCtaTracking", "mkt_tok", "ref_src", "ref_url", "s_cid", "cmpid"),
    *("at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4", "xtor"),
    *("mtm_source", "mtm_medium", "mtm_campaign", "mtm_keyword", "mtm_content", "mtm_cid", "mtm_group"),
    *("pk_source", "pk_medium", "pk_campaign", "pk_kwd", "pk_keyword", "pk_content", "pk_cid"),
    *("vero_id", "vero_conv", "wt_mc", "oly_anon_id", "oly_enc_id", "__twitter_impression", "srsltid"),
    *("trk", "trkInfo", "trackingId", "lipi", "rb_clickid", "wickedid", "epik", "_branch_match_id", "__s"),
    *("ml_subscriber", "ml_subscriber_hash", "ck_subscriber_id", "sh_kit", "guccounter", "guce_referrer"),
    *("guce_referrer_sig", "s_kwcid", "ef_id", "sc_campaign", "sc_channel", "sc_content", "sc_medium"),
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
_OTHER_NAMES = {
    "twitter.com": "x.com",
    "export.arxiv.org": "arxiv.org",
    "youtube-nocookie.com": "youtube.com",
    "old.reddit.com": "reddit.com",
}
# The file that a server shows for its folder, by the names that web servers look for.
_INDEX = re.compile(r"index\.(?:[sx]?html?|php\d?|aspx?|jspx?|cgi|pl|cfm)", re.IGNORECASE)
# Fragments by which a page made in the browser tells which page it is: #/a, #!/a.
_ROUTE = re.compile(r"!?/.+", re.DOTALL)

_VIDEO = re.compile(r"[\w-]{6,}", re.ASCII)
_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live|v)/([^/]+)")
# Where in a video, from which list, and who shared it.
_VIDEO_EXTRAS = {"si", "feature", "t", "start", "time_continue", "list", "index", "start_radio", "pp"} | {
    *("ab_channel", "app", "themeRefresh", "embeds_referring_euri", "source_ve_path", "cbrd", "ucbcb")
}
_POST = re.compile(r"/(?:i/web|[^/]+)/status(?:es)?/(\d+)(?:/(?:photo|video)/\d)?", re.ASCII)
_POST_EXTRAS = {"s", "t", "cxt"}
_PAPER = re.compile(
    r"/(?:abs|pdf|html)/((?:[a-z-]+(?:\.[A-Z]{2})?/)?\d{4}\.?\d{3,5})(?:v\d+)?(?:\.pdf)?", re.ASCII
)


def canonical_url(url: str) -> str:
    """Give the form of a URL under which the same page is recognised.

    The scheme, `www.` and the telephone's `m.`, the default port, trackers, a fragment that is no route, the
    order of the parameters, a slash and `index.html` at the end say nothing of the page; videos of YouTube,
    posts of X and papers of arXiv have one address of several. A parameter that is not known is kept. It is
    a form to compare, not to follow. What is no address of the web comes back as it is; no input raises, and
    a second time changes nothing more.
    """
    url = url.strip()
    if not _WEB.match(url):
        return url
    try:
        _scheme, host, path, query, fragment = urlsplit(_without_trackers(url))
    # A bracket that never closes, a name that has no form in ASCII, …
    except ValueError:
        return url
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        return url
    host = _FACES.sub("", _NOISE.sub("", host))
    host = _OTHER_NAMES.get(host, host)
    path = _without_end(path)
    host, path, query = _one_of_several(host, path, query)
    fragment = fragment.rstrip("/")
    return urlunsplit(("https", host, path, query, fragment if _ROUTE.fullmatch(fragment) else ""))


def _without_trackers(url: str) -> str:
    # Written out first: a tracker may hide behind its percent signs.
    canonical = canonicalize_url(url, keep_fragments=True)
    return url_query_cleaner(canonical, TRACKERS, remove=True, unique=False, keep_fragments=True)


def _without_end(path: str) -> str:
    parts = path.split("/")
    while parts and (not (last := parts[-1].rstrip(";")) or _INDEX.fullmatch(last)):
        parts.pop()
    return "/".join(parts).rstrip(";")


def _one_of_several(host: str, path: str, query: str) -> tuple[str, str, str]:
    """Give what has several addresses on its site the one that it is known by."""
    if host == "arxiv.org" and (match := _PAPER.fullmatch(path)):
        path = f"/abs/{match[1]}"
    elif host == "x.com" and (match := _POST.fullmatch(path)):
        path, query = f"/i/status/{match[1]}", _without(query, _POST_EXTRAS)
    elif host == "youtu.be" and _VIDEO.fullmatch(video := path[1:]):
        host, path, query = _video(video, query)
    elif host == "youtube.com" and (match := _VIDEO_PATH.fullmatch(path)) and _VIDEO.fullmatch(match[1]):
        host, path, query = _video(match[1], query)
    elif host == "youtube.com" and path == "/watch":
        query = _without(query, _VIDEO_EXTRAS)
    return host, path, query


def _video(video: str, query: str) -> tuple[str, str, str]:
    query = f"{_without(query, _VIDEO_EXTRAS)}&v={video}"
    # Sorted in among the other parameters.
    return "youtube.com", "/watch", urlsplit(canonicalize_url(f"https://youtube.com/watch?{query}")).query


def _without(query: str, names: set[str]) -> str:
    return "&".join(part for part in query.split("&") if part.partition("=")[0] not in names)
