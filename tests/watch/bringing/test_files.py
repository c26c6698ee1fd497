"""Files of other tools: each is known by what is in it, and nothing in one is worse than a message."""

import contextlib
import html
import io
import time
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watch.bringing.files.bounds import Unreadable
from watch.bringing.files.recognising import read
from watch.bringing.items import Item

AT = datetime(2026, 11, 14, 10, 0, tzinfo=UTC)
SECONDS = int(AT.timestamp())


def items(text):
    return read(text.encode() if isinstance(text, str) else text)[1]


# --- What tools write ---

BOOKMARKS = f"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p>
  <DT><H3 PERSONAL_TOOLBAR_FOLDER="true">Barre</H3>
  <DL><p>
    <DT><H3 ADD_DATE="1">Veille</H3>
    <DD>Un dossier
    <DL><p>
      <DT><A HREF="https://exemple.example/a?b=1&amp;c=2" ADD_DATE="{SECONDS}" TAGS="ia,python"
>Une &amp; page</A>
      <DD>Ma note,
en deux lignes
      <DT><A HREF="https://exemple.example/b" ADD_DATE="{SECONDS}000000">Autre</A>
    </DL><p>
  </DL><p>
  <DT><A HREF="https://exemple.example/c">Dehors</A>
  <DD>La fin"""


def test_bookmarks_with_folders_tags_and_notes():
    _kind, (first, second, third) = read(BOOKMARKS.encode())
    assert first == Item(
        "https://exemple.example/a?b=1&c=2",
        "Une & page",
        "Ma note,\nen deux lignes",
        tags=("Veille", "ia", "python"),
        saved_at=AT,
        line=10,
    )
    assert (second.note, second.tags, second.saved_at) == ("", ("Veille",), AT)
    assert (third.title, third.note, third.tags) == ("Dehors", "La fin", ())


def test_opml_with_nested_outlines():
    opml = """<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Veille"><outline text="Un blog" type="rss" xmlUrl="https://exemple.example/flux"
 htmlUrl="https://exemple.example/" category="/ia/outils,python"/>
<outline text="Un lien" type="link" url="https://exemple.example/lien"/></outline>
<outline text="Un flux" xmlUrl="https://exemple.example/seul"/></body></opml>"""
    first, second, third = items(opml)
    assert (first.url, first.title, first.line) == ("https://exemple.example/", "Un blog", 2)
    assert first.tags == ("Veille", "ia", "outils", "python")
    assert (second.url, second.tags, third.url, third.tags) == (
        "https://exemple.example/lien",
        ("Veille",),
        "https://exemple.example/seul",
        (),
    )


POCKET = "title,url,time_added,tags,status\n"


def test_pocket_and_its_zip():
    rows = f"Une page,https://exemple.example/a,{SECONDS},ia|python,unread\n"
    more = f"https://exemple.example/b,https://exemple.example/b,{SECONDS},,archive\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("part_000000.csv", POCKET + rows)
        file.writestr("part_000001.csv", POCKET + more)
        file.writestr("annotations/part_000000.json", "[]")
    kind, (first, second) = read(packed.getvalue())
    assert (kind, first) == (
        "Pocket",
        Item("https://exemple.example/a", "Une page", tags=("ia", "python"), saved_at=AT, line=2),
    )
    assert (second.url, second.title) == ("https://exemple.example/b", "")


def test_raindrop_and_other_tables():
    raindrop = (
        "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n"
        '1,Une page,"Ma note",De la page,https://exemple.example/a,Veille,"ia, python",'
        '2026-11-14T10:00:00.000Z,,"Des mots",false\n'
    )
    kind, (item,) = read(raindrop.encode())
    assert (kind, item.note, item.quote) == ("Raindrop", "Ma note", "Des mots")
    assert (item.tags, item.saved_at) == (("Veille", "ia", "python"), AT)
    (other,) = items("Titre;Lien;Commentaire\nUne page;https://exemple.example/a;À lire\n")
    assert (other.url, other.title, other.note) == ("https://exemple.example/a", "Une page", "À lire")
    instapaper = (
        f"URL,Title,Selection,Folder,Timestamp\nhttps://exemple.example/a,Une page,Mots,Unread,{SECONDS}\n"
    )
    assert items(instapaper)[0].saved_at == AT


@pytest.mark.parametrize(
    ("line", "url", "title"),
    [
        ("https://exemple.example/a", "https://exemple.example/a", ""),
        ("- Une page : https://exemple.example/a.", "https://exemple.example/a", "Une page"),
        ("* [Une page](https://exemple.example/a_(b)) !", "https://exemple.example/a_(b)", "Une page"),
        ("Une page (https://exemple.example/a)", "https://exemple.example/a", "Une page"),
        ("« https://exemple.example/é », dit-elle", "https://exemple.example/é", "dit-elle"),
        ("<HTTPS://exemple.example/a>", "HTTPS://exemple.example/a", ""),
    ],
)
def test_a_list_with_words_around(line, url, title):
    (item,) = items(f"Mes liens\n\n{line}\n")
    assert (item.url, item.title, item.line) == (url, title, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    assert items("Été : https://exemple.example/a".encode(encoding))[0].title == "Été"
    bookmarks = BOOKMARKS.replace("Une &amp; page", "L’été").replace("UTF-8", "windows-1252")
    assert items(bookmarks.encode(encoding))[0].title == "L’été"


# --- What is refused ---


def a_zip(content, name="part_000000.csv"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b" ", "vide"),
        (b"Rien du tout", "aucun lien"),
        (b"\x89PNG\0\0", "texte"),
        (b"PK\x03\x04abc", "zip"),
        (a_zip(b"x", "lisez-moi.txt"), "CSV"),
        (a_zip(b"x" * (11 * 2**20)), "10 Mo"),
        (b"x" * (11 * 2**20), "10 Mo"),
        (b"https://a.example/\n" * 20_001, "20"),
        (b"<opml><outline url='https://a.example/'></opml>", "ligne 1"),
        (b"<!DOCTYPE o [<!ENTITY a 'b'>]><opml/>", "ligne 1"),
        (b"<opml>" + b"<outline>" * 200, "ligne 1"),
        (b"<!DOCTYPE NETSCAPE-Bookmark-file-1>" + b"<DL>" * 200, "100"),
        (POCKET.encode() + b'"' + b"x" * 2_000_000, "ligne"),
    ],
    ids=range(13),
)
def test_what_cannot_be_read_is_told(data, says):
    with pytest.raises(Unreadable, match=says):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE NETSCAPE-Bookmark-file-1>" + b"<a href='" * 1_000_000,
        b"<!DOCTYPE NETSCAPE-Bookmark-file-1>" + b"<!--" * 2_000_000,
        b"<!DOCTYPE NETSCAPE-Bookmark-file-1>" + b"<" * 1_000_000,
        b"https://a.example/" + b")" * 9_000_000,
        b"https://a.example/" + b"[(](" * 2_000_000,
        b"url,title\n" + b"," * 9_000_000,
    ],
    ids=range(6),
)
def test_hostile_files_end_soon(data):
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        read(data)
    assert time.process_time() - began < 5


PIECES = st.sampled_from(
    [
        *("<!DOCTYPE NETSCAPE-Bookmark-file-1>", "<DL><p>", "</DL>", "<DT>", "<H3>", "</H3>", "</A>", "<DD>"),
        *('<A HREF="https://a.example/" ADD_DATE="', "9" * 400, '">', 'TAGS="', "<opml>", "<outline ", "/>"),
        *("xmlUrl='https://a.example/'", "</opml>", "&amp;", "&#x110000;", "<!ENTITY", "<![CDATA[", "]]>"),
        *(
            "url,title",
            POCKET,
            '"',
            ",",
            "|",
            "\n",
            "\r",
            "https://a.example/",
            "[x](",
            ")",
            "PK\x03\x04",
            "\0",
        ),
    ]
)
SOUP = st.lists(PIECES | st.text(max_size=6), max_size=25).map(
    lambda parts: "".join(parts).encode(errors="replace")
)


@given(SOUP | st.binary(max_size=100) | st.binary(max_size=60).map(a_zip))
@example(b"PK\x03\x04")
@example(POCKET.encode() + b"a,https://a.example/,nan,b,c")
def test_no_file_raises_but_what_is_said(data):
    try:
        kind, found = read(data)
    except Unreadable:
        return
    assert kind
    assert all(isinstance(item, Item) for item in found)


# --- Round trip ---

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TAGS = st.lists(WORDS.filter(lambda tag: "," not in tag), max_size=3, unique=True).map(tuple)
ITEMS = st.builds(
    Item,
    url=WORDS.map(lambda word: f"https://exemple.example/{word}"),
    title=WORDS,
    note=st.just("") | WORDS,
    tags=TAGS,
    saved_at=st.none()
    | st.datetimes(datetime(1995, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)).map(
        lambda at: at.replace(microsecond=0)
    ),
)


def as_netscape(wanted):
    lines = ["<!DOCTYPE NETSCAPE-Bookmark-file-1>", "<DL><p>"]
    for item in wanted:
        date = f' ADD_DATE="{int(item.saved_at.timestamp())}"' if item.saved_at else ""
        tags = html.escape(",".join(item.tags))
        lines.append(
            f'<DT><A HREF="{html.escape(item.url)}"{date} TAGS="{tags}">{html.escape(item.title)}</A>'
        )
        lines += [f"<DD>{html.escape(item.note)}"] if item.note else []
    return "\n".join([*lines, "</DL><p>"])


@given(st.lists(ITEMS, min_size=1, max_size=5))
def test_a_list_written_as_netscape_comes_back(wanted):
    came = [
        (item.url, item.title, item.note, item.tags, item.saved_at) for item in items(as_netscape(wanted))
    ]
    assert came == [(item.url, item.title, item.note, item.tags, item.saved_at) for item in wanted]
