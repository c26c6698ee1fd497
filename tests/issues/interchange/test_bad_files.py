"""A file that cannot be an issue is refused with a clear word, and leaves nothing behind."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.interchange import MAX_BYTES, ImportRefused, parse

NATIVE = "---\nveille: 1\n---\n\n--- section ---\n{}\n---\n\nTexte\n"


def refusal(data: bytes | str) -> str:
    with pytest.raises(ImportRefused) as refused:
        parse(data if isinstance(data, bytes) else data.encode())
    return str(refused.value)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", "".encode("utf-16")])
def test_an_empty_file(data):
    assert refusal(data) == "The file is empty."


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_another_encoding_with_its_line_and_how_to_convert(encoding):
    message = refusal("🚀".encode() + "\nPar\nUn café".encode(encoding))
    assert message.startswith("Line 3: The text is not in UTF-8")
    assert "iconv -f WINDOWS-1252 -t UTF-8" in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_that_are_read(encoding):
    assert parse("🚀 Un été\nPar Zoé\nTexte.".encode(encoding)).sections[0].title == "🚀 Un été"


def test_half_a_character_of_utf_16():
    assert "UTF-16" in refusal("été".encode("utf-16") + b"\x00")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a Word or OpenDocument file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "word processor"),
        (b"{\\rtf1\\ansi}", "word processor"),
        (b"\x89PNG\r\n", "a picture"),
        (b"<!DOCTYPE html><p>", "a web page"),
        (b"abc\0def", "a binary file"),
        (bytes(range(256)), "a binary file"),
        ("un texte".encode("utf-16-le"), "a binary file"),
    ],
)
def test_a_binary_is_called_by_its_name(data, kind):
    assert kind in refusal(data)


def test_a_large_file():
    assert refusal(b"a" * (MAX_BYTES + 1)) == "The file is too large: 5 MB at the most."


def test_too_many_lines():
    assert "more than 50000 lines" in refusal("a\n" * 100_001)


def test_ten_thousand_sections():
    assert "more than 200 sections" in refusal("🚀 Un titre\nPar Zoé\nTexte.\n" * 10_000)


@pytest.mark.parametrize("number", ["0", "-1", "1" + "0" * 30, "2147483648", "douze", "1.5", "²", "1e3"])
def test_an_absurd_number(number):
    message = refusal(f"---\nnumber: {number}\n---\nTexte\n")
    assert message == f"Line 2: “{number}” is not a number of an issue: a whole number from 1 on."


@pytest.mark.parametrize("moment", ["demain", "2026-13-01", "2026-02-30T10:00", "0001-01-01T00:00+14:00"])
def test_a_deadline_that_is_none(moment):
    assert "is not a time" in refusal(f"---\ndeadline: {moment}\n---\nTexte\n")


@pytest.mark.parametrize(
    ("front_matter", "message"),
    [
        ("title: 'x", "the front matter is not valid YAML"),
        ("number: 1\ntitle: a: b", "Line 3: the front matter is not valid YAML"),
        ("\ttitle: x", "Line 2: the front matter is not valid YAML"),
        ("title: [a, b]", "Line 2: “title” must be a text."),
        ("number: 1\ntitle:\n  x: y", "Line 3: “title” must be a text."),
        ("- a\n- b", "Line 2: the front matter must be `name: value` lines."),
        ("un texte", "Line 2: the front matter must be `name: value` lines."),
        ("? [a]\n: b", "the front matter must be `name: value` lines."),
        ("title: a\ntitle: b", "Line 3: “title” is given twice."),
        ("a: &a [x, x]\nb: [*a, *a]", "Line 3: the front matter holds an alias"),
        ("title: " + "[" * 1000, "Line 2: the front matter is nested too deeply."),
        ('title: "a\\0b"', "Line 2: a value holds a character that no text may hold."),
        ("title: " + "x" * 100_001, "Line 2: this front matter is too long."),
        ("title: a\x01", "the front matter is not valid YAML"),
        ("veille: 2", "Line 2: this version of the format is not known here."),
        ("veille: 1\nmark: '***'", "Line 3: the mark must be three dashes or more."),
    ],
)
def test_a_bad_front_matter_with_its_line(front_matter, message):
    assert message in refusal(f"---\n{front_matter}\n---\nTexte\n")


def test_a_front_matter_without_end():
    assert refusal("---\ntitle: x\n") == "Line 1: the front matter that begins here has no end: a line ---."


def test_python_objects_in_yaml_are_only_texts():
    assert parse(b"---\ntitle: !!python/object/apply:os.getcwd x\n---\nTexte\n").title == "x"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("rubric: x", "Line 5: this section has no title."),
        ("title: x\nauthors: {a: b}", "Line 7: “authors” must be a list."),
        ("title: x\nauthors: [[a]]", "Line 7: “authors” must be a text."),
        ("title: x\ntags: [" + "a, " * 60 + "]", "Line 7: “tags” holds more than 50 entries."),
        ("title: x\nsources: [a]", "Line 7: each entry of “sources” must be `name: value` lines."),
        ("title: x\nsources: [{publisher: a}]", "Line 7: this source has neither a title nor an address."),
    ],
)
def test_a_bad_section_with_its_line(section, message):
    assert refusal(NATIVE.format(section)) == message


def test_a_section_whose_front_matter_has_no_end():
    text = "---\nveille: 1\n---\n\n--- section ---\ntitle: x\n"
    assert refusal(text) == "Line 5: the front matter that begins here has no end: a line ---."


def test_a_section_after_the_closing_words():
    text = "---\nveille: 1\n---\n\n--- closing ---\nFin\n\n--- section ---\ntitle: x\n---\n"
    assert refusal(text) == "Line 5: the closing words must come last."


def test_unknown_names_are_reported():
    draft = parse(NATIVE.format("title: x\nauteur: y\nsources: [{title: a, lien: b}]").encode())
    assert [str(entry).split(",")[0] for entry in draft.report] == [
        "Line 7: “auteur” is not a known name",
        "Line 8: “lien” is not a known name",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "🚀 Un titre\nPar Zoé\n" + "[" * 1_000_000,
        "🚀 Un titre\nPar Zoé\n" + "https://" * 200_000,
        "🚀 Un titre\nPar Zoé\n" + "https://a(" * 100_000,
        "🚀 Un titre\nPar Zoé\n" + "Un titre\n" * 49_000,
        "🚀 Un titre\nPar Zoé\n" + "Un titre :\n" * 49_000,
        "🚀 Un titre\nPar Zoé\n" + "• un\n" * 49_000,
        "🚀 Un titre\nPar Zoé\n" + "un\n" * 20_000,
        "🚀 Un titre\nPar Zoé\n" + "un,\ndeux\n" * 10_000,
        "🚀 Un titre\nPar Zoé\n" + "Un titre (" * 100_000,
        "🚀 Un titre\nPar " + "Zoé, " * 100_000,
        "## Un titre\n" + "#" * 1_000_000,
        "## Un titre\n\n### Sources\n" + "- [" * 300_000,
        "## Un titre\n" + "## \n" * 40_000,
        "🚀" * 1_000_000,
    ],
    ids=lambda text: text[-12:].strip(),
)
def test_a_hostile_text_takes_no_long_time(text):
    started = time.process_time()
    with suppress(ImportRefused):
        parse(text.encode())
    assert time.process_time() - started < 10


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="surrogatepass")))
def test_any_bytes_are_read_or_refused(data):
    with suppress(ImportRefused):
        parse(data)


@given(st.text(alphabet="-: \n[]{}&*!'\"|>#?%@`,a1é\t\\", max_size=80))
def test_any_front_matter_is_read_or_refused(text):
    with suppress(ImportRefused):
        parse(f"---\n{text}\n---\nTexte\n".encode())
