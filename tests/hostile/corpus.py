"""Hostile input of every kind, made here: nothing of it lies in a file."""

import io
import json
import struct
import zlib
from collections.abc import Iterator
from functools import cache

from PIL import Image

# What people type into a field, or a program for them.
TEXTS = {
    "NUL": "a\0b",
    "right to left": "\u202egnp.exe\u202c\u2066",
    "another header": "a\r\nBcc: x@evil.example\r\n\r\n<p>",
    "script": "\"'><script>alert(1)</script>",
    "template": "{{ settings.SECRET_KEY }}{% load x %}${7*7}%(x)s%s{0}",
    "slots of ours": "\ue000unsubscribe_url\ue001",
    "long": "x" * 10_000,
    "number": "9" * 30,
    "long number": "9" * 5000,
    "no number": "-1e400",
    "digit": "²",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "spelt out": "\ufdfa" * 60,
    "marks": "z" + "\u0301" * 150,
    "emoji": "👩‍👩‍👧‍👦" * 20,
    "bracket": "http://[::1",
    "local": "//evil.example/x",
    "runs": "javascript:alert(1)",
    "lines": "\x85\u2028\u2029\v\f",
    "escape": "\x1b[2J\x07",
}

# Parts of a path, as they stand in a request.
SEGMENTS = [
    "%00",
    "%ED%A0%80",
    "%E2%80%AE",
    "%0d%0aSet-Cookie:a=b",
    "..%2f..%2fetc",
    "_00",
    "x" * 10_000,
]
NUMBERS = [str(2**31), str(2**63), "9" * 400]

# Queries, each of all that the pages of the house and the admin's lists ask for.
_ASKED = (
    *("q", "page", "p", "o", "e", "all", "theme", "auteur", "annee", "langue", "choix", "mois", "numero"),
    *("old", "new", "scheme", "line", "next", "term", "app_label", "model_name", "field_name", "direction"),
    *("_popup", "_to_field", "_changelist_filters", "state__exact", "issue", "created_at__year"),
)
QUERIES = {
    "NUL": "&".join(f"{name}=a%00b" for name in _ASKED),
    "no UTF-8": "%ff=%ff&" + "&".join(f"{name}=%ED%A0%80%ff" for name in _ASKED),
    "numbers": "&".join(f"{name}={'9' * 30}" for name in _ASKED),
    "far away": "annee=0001&mois=0001-01&page=-1&p=-1&created_at__year=0",
    "too many": "&".join(f"a{number}=1" for number in range(1100)),
}

HEADERS = {
    "HTTP_REFERER": "http://[::1",
    "HTTP_ACCEPT_LANGUAGE": "fr" + ",x" * 2000,
    "HTTP_COOKIE": "csrftoken=x; django_language=%00; messages=[[[; x=\xff\u00e9",
    "HTTP_USER_AGENT": "\xff" * 500,
    "HTTP_X_FORWARDED_FOR": "unknown, " * 1000,
    "HTTP_IF_MODIFIED_SINCE": "Mon, 99 Xxx 99999 99:99:99 GMT",
    "HTTP_IF_NONE_MATCH": "W/" * 1000,
    "HTTP_RANGE": "bytes=-9" + "9" * 100,
    "HTTP_ACCEPT": "*/" * 1000,
}

_PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></textarea></style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "java&#9;script:alert(1)",
    "JaVaScRiPt&colon;alert(1)",
    "\x01javascript:alert(1)",
    "vbscript:x",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    'https://a.example/" onerror=alert(1) x="',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "x\u202e\0\ue000greeting\ue001",
]
# Every place that Markdown gives a text; {} is where it stands.
_PLACES = [
    "{}",
    "# {}",
    "{}\n===",
    "> {}",
    "- {}",
    "1. {}",
    "    {}",
    "```{}\nx\n```",
    "```\n{}\n```",
    "`{}`",
    "**{}** *{}* ~~{}~~",
    "| {} | b |\n|---|---|\n| {} | y |",
    "[{}](https://a.example)",
    "[x]({})",
    "[x](<{}>)",
    '[x](https://a.example "{}")',
    "<{}>",
    "[x][r]\n\n[r]: {}",
    '[x][r]\n\n[r]: https://a.example "{}"',
    "[{}]\n\n[{}]: https://a.example",
    "![{}](/media/x.png)",
    "![x]({})",
    "![x](<{}>)",
    '![x](/media/x.png "{}")',
    "![x](/media/x.png){{width={}}}",
    "![x](/media/x.png){{.{} #{} {}}}",
    "a[^1]\n\n[^1]: {}",
    "a[^{}]\n\n[^{}]: x",
    "a^[{}]",
    "www.{}",
    "https://a.example/{}",
    "a@{}",
    "&{};",
    "\\{}",
]


def scripts() -> Iterator[str]:
    """A script, an address that runs or an attribute, in every place that Markdown allows."""
    for place in _PLACES:
        for payload in _PAYLOADS:
            yield place.format(*[payload] * place.count("{}"))


def nested(depth: int = 10_000) -> Iterator[str]:
    """Everything that may stand in itself, so deep."""
    for opening, closing in (
        *((">", ""), ("> ", ""), ("- ", ""), ("1. ", ""), ("> - ", ""), ("[", "](b)"), ("![", "](b)")),
        *(("^[", "]"), ("*", "*"), ("**", "**"), ("~~", "~~"), ("(", ")"), ("`", "`"), ("<", ">")),
    ):
        yield opening * depth + "mot" + closing * depth


@cache
def pictures() -> dict[str, bytes]:
    """Pictures that are something else too: each must come out as nothing but a picture, or be refused."""
    script = b"<script>alert(1)</script>"
    png, jpeg, gif = _picture("PNG"), _picture("JPEG"), _picture("GIF")
    return {
        "PNG and a page behind": png + b"<html>" + script,
        "PNG and a zip behind": png + b"PK\x03\x04" + b"\0" * 26 + b"x.php<?php",
        "PNG with words": _with_chunk(png, b"tEXt", b"Comment\0" + script),
        "PNG with packed words": _with_chunk(png, b"zTXt", b"x\0\0" + zlib.compress(b"A" * 50_000_000)),
        "PNG with a packed profile": _with_chunk(png, b"iCCP", b"x\0\0" + zlib.compress(b"A" * 50_000_000)),
        "JPEG with a comment": jpeg[:2] + _segment(0xFE, script) + jpeg[2:],
        "JPEG and a page behind": jpeg + b"<html>" + script,
        "GIF that is a script": gif + b"*/=1;alert(1)//" + script,
        "page before a GIF": b"<html>" + script + gif,
        "PDF and a PNG": b"%PDF-1.7\n" + png,
        "WebP with more than it says": _picture("WEBP") + script * 50,
        "PNG of nothing, packed": _deflated_png(2000, 2000),
    }


NAMES_OF_FILES = [
    "../../x.png",
    "photo.jpg",
    "page.html",
    "x",
    ".htaccess",
    "a\0b.png",
    "\u202egnp.exe",
    "x" * 300 + ".png",
    "x.php;.png",
]


@cache
def json_bodies() -> dict[str, bytes]:
    """What a program reads that asks for JSON."""
    return {
        "deep lists": b"[" * 200_000,
        "deep objects": b'{"a":' * 200_000,
        "deep and whole": b"[" * 100_000 + b"]" * 100_000,
        "long number": b'{"event": ' + b"9" * 10_000 + b"}",
        "infinite": b'{"event": 1e999, "ts_epoch": -1e999, "x": NaN}',
        "half pairs": json.dumps({"event": "\ud800", "email": "\udfff@a.example", "\ud800": 1}).encode(),
        "NUL": json.dumps({"event": "hard_bounce\0", "email": "a\0@a.example"}).encode(),
        "one key many times": b"{" + b'"event": 1, ' * 50_000 + b'"event": 2}',
        "long text": json.dumps({"event": "x" * 2_000_000}).encode(),
        "UTF-16": json.dumps({"event": "spam"}).encode("utf-16"),
        "no UTF-8": b'{"event": "\xff\xfe"}',
        "gzip": zlib.compress(b"0" * 10_000_000, wbits=31),
    }


def letters(head: bytes) -> dict[str, bytes]:
    """Mails that say nothing that can be acted on; `head` are the fields that address them."""
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(2000))
    report = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
    return {
        "nothing": b"",
        "NUL": b"\0" * 1000,
        "no UTF-8": head + b"Subject: =?utf-8?b?////?=\n\n\xff",
        "codec that is none": head + b"Content-Type: text/plain; charset=hex\n\nx",
        "codec that refuses": head + b"Content-Type: text/plain; charset=undefined\n\n550 5.1.1",
        "words of no codec": head + b"Subject: =?hex?q?x?= =?undefined?b?eA==?=\n\n550 5.1.1",
        "parts in parts": head + parts,
        "no report": head + b"Subject: Undelivered\n\n550 5.1.1 user unknown",
        "many headers": head + b"To: a@b.example\n" * 20_000 + b"\nx",
        "packed": head + b"Content-Type: application/gzip\n\n" + zlib.compress(b"0" * 10_000_000, wbits=31),
        "report without end": head
        + report
        + b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;\nStatus: 9.9.9\n",
    }


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, kind)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _with_chunk(png: bytes, name: bytes, data: bytes) -> bytes:
    """A PNG with one more chunk, behind its header."""
    return png[:33] + _chunk(name, data) + png[33:]


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def _deflated_png(width: int, height: int) -> bytes:
    """A PNG of one colour, within what is taken: small on the way and large in memory."""
    header = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    data = zlib.compress(b"\0" * (height * (1 + 8 * width)), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
