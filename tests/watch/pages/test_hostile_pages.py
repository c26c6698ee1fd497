"""Pages made to hang, to fill, or to lie to what reads them."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watch.reading import apart
from watch.reading.page import LONGEST_EXCERPT, PageData, read

MEGABYTE = 1024 * 1024

HOSTILE = {
    "deep": b"<div>" * (MEGABYTE // 5),
    "wide": b"<p>" * (MEGABYTE // 3),
    "titles": b"<h1>a</h1>" * (MEGABYTE // 10),
    "times": b"<time datetime='2026-03-12'>a</time><p class=author><a rel=author>b</a>" * 20_000,
    "attributes": b"<div " + b"a=b " * (MEGABYTE // 4) + b">",
    "names": b"<span itemprop=author>" * (MEGABYTE // 22),
    "data": b"<script type='application/ld+json'>" + b"[" * MEGABYTE + b"</script>",
    "objects": b"<script type='application/ld+json'>" + b'{"a":' * (MEGABYTE // 6) + b"</script>",
    "many": b"<script type='application/ld+json'>[" + b'{"@type":"Article"},' * 50_000 + b"1]</script>",
    "number": b"<script type=application/ld+json>" + b'{"@type":"Article","headline":' + b"9" * MEGABYTE + b"}</script>",
    "spaces": b"<title>" + b" " * MEGABYTE + b"a</title><h1>a</h1>",
    "signs": b"<title>" + b" - " * (MEGABYTE // 3) + b"</title><h1>a</h1>",
    "byline": b"<p class=byline>Par " + b"a, " * (MEGABYTE // 3),
    "at": b"<meta name=author content='" + b"a@" * (MEGABYTE // 2) + b"'>",
    "entities": b"<!DOCTYPE a [<!ENTITY b 'cccccccccc'><!ENTITY d '&b;&b;&b;'>]><p>&d;" + b"&amp;" * 200_000,
    "outside": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><title>&x;</title>",
    "zeros": bytes(MEGABYTE),
    "noise": bytes(range(256)) * (MEGABYTE // 256),
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_page_made_to_hang_ends_in_time(kind):
    began = time.process_time()
    data = read(HOSTILE[kind], "text/html", "https://a.example/")
    assert time.process_time() - began < apart.CPU_SECONDS
    assert "root:" not in data.title
    assert len(data.title) <= 300
    assert len(data.excerpt) <= LONGEST_EXCERPT


def test_who_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(apart.Unreadable):
        apart.read(b"<p>" * MEGABYTE, "text/html", "https://a.example/")
    assert time.monotonic() - began < 3


def test_a_page_is_read_apart_without_our_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    seen = {}
    run = apart.subprocess.run

    def noted(*args, **kwargs):
        seen.update(kwargs["env"])
        return run(*args, **kwargs)

    monkeypatch.setattr(apart.subprocess, "run", noted)
    data = apart.read("<title>Été</title><p>le 1er mai 2024</p>".encode(), "text/html", "https://a.example/")
    assert (data["title"], str(data["published_on"])) == ("Été", "2024-05-01")
    assert "geheim" not in json.dumps(seen)


PIECES = [
    b"<title>", b"</title>", b"<h1>", b"<meta name=author content='", b"'>", b"<meta property=og:title content='",
    b"<script type=application/ld+json>", b"</script>", b'{"@type":"Article","author":', b'[{"name":', b"}]",
    b"{}", b"null", b"1e999", b"<time datetime=", b"2026-13-45>", b"0000-00-00>", b"<link rel=canonical href='",
    b"http://[", b"//", b"javascript:1", b"<p class=byline>Par ", b"31 f\xe9vrier 2024", b"1er mai 99999",
    b"<base href='http://[::1'>", b"\x00", b"\xff\xfe", b"<?xml encoding='utf-16'?>", b"&#xD800;", b" - ",
    b"<html lang=", b"<span itemprop=author>", b"<meta charset=utf-7>", b"+ADw-",
]  # fmt: skip
TYPES = ["text/html", "text/plain", "text/html; charset=nonsense", "text/html; charset=utf-16", ""]


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12), kind=st.sampled_from(TYPES)
)
def test_whatever_a_page_is_it_is_read(pieces, kind):
    data = read(b"".join(pieces), kind, "https://a.example/b")
    assert isinstance(data, PageData)
    json.dumps(
        [data.title, data.site, data.authors, data.language, data.excerpt, data.canonical_url]
    ).encode()
    assert not data.canonical_url or data.canonical_url.startswith(("http://", "https://"))
