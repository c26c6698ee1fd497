"""Markdown to safe HTML, whatever people write."""

from html.parser import HTMLParser

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.parser_inline import ParserInline
from PIL import Image

from issues.rendering import render_markdown
from issues.rendering.markdown import ATTRIBUTES, TAGS
from issues.rendering.text import text_of_markdown

MARKS = (
    """[ ]( ) ! < > javascript: https://a.b // ` * _ | - &#9; onerror= " ' { } width=1 [^1] # a é \ue000"""
)
PIECES = st.sampled_from([*MARKS.split(), " ", "\n", "\n\n", "[^1]: ", "1. "])


class Audit(HTMLParser):
    """Fails on any tag, attribute or address that readers should never get."""

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()) | {"rel", "class"}, (tag, name)
            if name == "href":
                assert value.lower().startswith(("http://", "https://", "mailto:", "#fn"))
            if name == "src":
                assert value.startswith("/media/")


def audit(html):
    parser = Audit()
    parser.feed(html)
    parser.close()


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300)
def test_no_arrangement_of_marks_gets_through(text):
    audit(render_markdown(text))


@given(st.text())
def test_no_text_breaks_it(text):
    audit(render_markdown(text))
    text_of_markdown(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](java&#9;script:alert(1))",
        "![x](data:image/svg+xml;base64,AAAA)",
        "[x](//evil.example)",
        "[x](/admin/logout/)",
        '![" onerror=x](y)',
        '![x](https://evil.example/pixel.gif "t")',
        "![x](/media/../settings.py)",
        "[" * 5000,
        "[^1]" * 5000,
        "[^1]" * 5000 + "\n\n[^1]: x",
        "^[" * 2000,
        ">" * 10_000 + "x",
        *(">" * depth + "x" for depth in range(34, 42)),
        *("123456789. " * depth + "x" for depth in range(5, 22)),
        "- " * 5000,
        "![x](/media/x.png){width=" + "9" * 5000 + "}",
        "![x](/media/x.png){width=-1 height=0 onclick=alert(1) style=x .c #i}",
        "*" * 20_000,
        "[" * 2000 + "a" + "](b)" * 2000,
        "a\0b\ud800c\u202ed\ue000unsubscribe_url\ue001",
        "z̷̢̛͔" * 500,
    ],
)
def test_hostile_texts_are_harmless(hostile):
    html = render_markdown(hostile)
    audit(html)
    text = text_of_markdown(hostile)
    for character in "\0\ud800\u202e\ue000\ue001":
        assert character not in html
        assert character not in text


# At the limit of a text's length, where what takes quadratic time would take minutes.
@pytest.mark.parametrize(
    "hostile",
    [
        "a" + " " * 200_000 + "b",
        "a" + "\u00a0" * 200_000 + "b",
        "http://a.example/(" * 11_000,
        "é://" * 50_000,
        "a@" * 100_000,
        "```\n" + "\n" * 200_000 + "x\n```",
        "| " + "a" * 100_000 + " | b |\n|---|---|\n" + "| x | y |\n" * 10_000,
        "".join(f"[a](https://a.example/{number}) " for number in range(6000)),
    ],
    ids=["spaces", "no-break spaces", "addresses", "schemes", "mails", "blank lines", "wide table", "links"],
)
def test_time_and_memory_grow_with_the_length_of_a_text_alone(hostile):
    # A no-break space is written `&nbsp;`, in six characters.
    assert len(render_markdown(hostile)) < 8 * len(hostile)
    assert len(text_of_markdown(hostile)) < 3 * len(hostile)


# What the parser does, not how long it takes: 40 steps a bracket were 10 s in a text of the greatest length.
@pytest.mark.parametrize("piece", ["[", "![", "^[", "[[x]", "[x][", "[![^[", "[" * 30 + "]" * 30])
def test_each_bracket_is_tried_a_few_times_alone(monkeypatch, piece):
    steps = 0
    skip = ParserInline.skipToken

    def counted(parser, state):
        nonlocal steps
        steps += 1
        skip(parser, state)

    monkeypatch.setattr(ParserInline, "skipToken", counted)
    text = piece * (3000 // len(piece))
    render_markdown(text)
    assert steps < 15 * len(text)


class Depth(HTMLParser):
    deepest = open = 0

    def handle_starttag(self, tag, attrs):
        self.open += 1
        self.deepest = max(self.deepest, self.open)

    def handle_endtag(self, tag):
        self.open -= 1


# 40,000 tags in one another are less than a text may hold, and ended the process that made a mail of them.
@pytest.mark.parametrize("mark", ["*", "**", "~~", "*_"])
def test_bold_in_bold_is_no_deeper_than_people_write_it(mark):
    text = "x " + mark * 5000 + "mot" + mark[::-1] * 5000
    depth = Depth()
    depth.feed(render_markdown(text))
    assert depth.deepest < 50
    assert "mot" in text_of_markdown(text)


def test_bold_in_bold_is_what_it_was():
    assert render_markdown("**a *b ~~c `d`~~ e* f**") == (
        "<p><strong>a <em>b <s>c <code>d</code></s> e</em> f</strong></p>\n"
    )


def test_brackets_in_brackets_are_what_they_were(picture):
    html = render_markdown(
        f"[[[[[[[ Voir^[Note avec [une image ![et ^[un mot]]({picture})](https://exemple.fr)] [ [ [ [ [ [ "
        "[un lien](https://exemple.fr/a) [[a] [b [c [d [e [f](https://exemple.fr/b)]]]]]"
    )
    for written in (
        'href="https://exemple.fr"',
        'href="https://exemple.fr/a"',
        'href="https://exemple.fr/b"',
    ):
        assert written in html
    assert html.count("<img ") == 1
    assert html.count("footnote-item") == 2


def test_two_megabytes_are_rendered():
    assert len(render_markdown("mot " * 500_000)) > 1_900_000


@pytest.mark.parametrize(
    "name", ["README.md", "main.rs", "ASP.NET", "install.sh", "//evil.example", "ftp://a.fr"]
)
def test_names_with_a_dot_are_no_links(name):
    assert "<a" not in render_markdown(f"Ouvrez {name} d'abord.")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://exemple.fr/a_b_c", "https://exemple.fr/a_b_c"),
        ("HTTPS://exemple.fr", "HTTPS://exemple.fr"),
        ("www.exemple.fr/a", "http://www.exemple.fr/a"),
        ("zoe@exemple.fr", "mailto:zoe@exemple.fr"),
    ],
)
def test_bare_addresses_become_links(typed, address):
    assert f'href="{address}"' in render_markdown(f"Voir {typed} ici.")


def test_template_marks_are_only_text():
    assert "{{ settings.SECRET_KEY }}" in render_markdown("{{ settings.SECRET_KEY }}")


def test_headings_begin_below_the_title_of_the_section():
    html = render_markdown("# Un\n\n## Deux\n\n### Trois")
    assert html.count("<h3>") == 2
    assert "<h4>Trois</h4>" in html


def test_what_authors_write_is_there():
    html = render_markdown(
        "**gras** *penché* ~~barré~~ `code`\n\n- un\n- deux\n\n1. une\n\n> cité\n\n"
        "| a | b |\n|:-:|--:|\n| 1 | 2 |"
    )
    for tag in ("strong", "em", "s", "code", "ul", "ol", "blockquote", "table"):
        assert f"<{tag}>" in html
    assert '<td align="center">1</td>' in html


def test_an_emoji_of_several_characters_stays_whole():
    assert "👩‍💻🏳️‍🌈🇫🇷" in render_markdown("👩‍💻🏳️‍🌈🇫🇷")


def test_footnotes_of_two_texts_do_not_meet():
    one, two = (
        render_markdown("Un[^1]\n\n[^1]: note", prefix=prefix) for prefix in ("section-1", "section-2")
    )
    assert 'id="fn-section-1-1"' in one
    assert 'href="#fn-section-1-1"' in one
    assert 'id="fn-section-2-1"' in two


@pytest.fixture
def picture():
    name = default_storage.save("pictures/ab/photo.png", ContentFile(b""))
    with default_storage.open(name, "wb") as file:
        Image.new("RGB", (640, 360)).save(file, "PNG")
    return default_storage.url(name)


def test_a_picture_gets_its_size(picture):
    html = render_markdown(f"![Une carte]({picture})")
    assert f'<img src="{picture}" alt="Une carte" width="640" height="360" loading="lazy">' in html


def test_a_chosen_width_keeps_the_shape(picture):
    assert 'width="320" height="180"' in render_markdown(f"![Une carte]({picture}){{width=320}}")


def test_a_picture_named_with_our_host_is_ours(picture, settings):
    assert f'src="{picture}"' in render_markdown(f"![x]({settings.SITE_URL}{picture})")


def test_a_missing_picture_still_renders():
    assert 'src="/media/pictures/gone.png"' in render_markdown("![x](/media/pictures/gone.png)")


@pytest.mark.parametrize(
    "address",
    [
        "/media/%2e%2e/admin/logout/",
        "/media/..%2fadmin/",
        "/media/%5c%5cevil.example/x.png",
        "/media/x.png?reader=1",
        "/media/.hidden",
        "https://veille.example.evil.example/media/x.png",
        "//veille.example/media/x.png",
    ],
)
def test_an_address_that_only_looks_like_a_picture_of_ours_shows_no_picture(address):
    assert "<img" not in render_markdown(f"![x]({address})")


def test_a_picture_with_no_address_to_follow_leaves_its_words():
    assert render_markdown("![Une\ncarte](data:image/png;base64,AAAA)") == "<p>Une carte</p>\n"


def test_a_picture_from_elsewhere_becomes_a_link():
    html = render_markdown("![La carte](https://elsewhere.example/map.png)")
    assert "<img" not in html
    assert '<a href="https://elsewhere.example/map.png" rel="noopener">La carte</a>' in html
