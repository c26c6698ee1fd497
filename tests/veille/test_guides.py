"""The guides name what stands on the screen, alike in both languages, and lead somewhere."""

import re
from functools import cache
from pathlib import Path

import django
import polib
import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
PAIRS = [("fr/auteurs.md", "en/authors.md"), ("fr/redaction.md", "en/editors.md")]
GUIDES = [name for pair in PAIRS for name in pair]
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CATALOGUES = [
    ROOT / "locale/fr/LC_MESSAGES/django.po",
    ROOT / "locale/unfold/fr/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "contrib/admin/locale/fr/LC_MESSAGES/django.po",
]
CODE = re.compile(r"```.*?```|``.*?``|`[^`]*`", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def prose(path):
    """A page without its code."""
    return CODE.sub("", path.read_text(encoding="utf-8"))


def form(label):
    """A label to compare: as a form writes it, with a capital; spaces alike; an ellipsis for what varies."""
    label = re.sub(r"\s+", " ", PLACEHOLDER.sub("…", label))
    return label[:1].casefold() + label[1:]


@cache
def labels(language):
    entries = [entry for path in CATALOGUES for entry in polib.pofile(str(path))]
    if language == "en":
        texts = [text for entry in entries for text in (entry.msgid, entry.msgid_plural)]
    else:
        texts = [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())]
    return {form(text) for text in texts if text}


@pytest.mark.parametrize("name", GUIDES)
def test_what_stands_in_bold_in_a_guide_stands_on_the_screen(name):
    bold = re.findall(r"\*\*(.+?)\*\*", prose(DOCS / name), re.DOTALL)
    assert len(bold) > 20
    assert [label for label in bold if form(label) not in labels(name[:2])] == []


@pytest.mark.parametrize(("french", "english"), PAIRS)
def test_a_guide_has_the_same_parts_in_both_languages(french, english):
    def parts(name):
        text = prose(DOCS / name)
        return [
            [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)],
            [section.count("\n- ") + section.count("\n| ") for section in text.split("\n## ")],
            re.findall(r"!\[[^]]*\]\(([^)]*)\)", text),
        ]

    assert parts(french) == parts(english)


@pytest.mark.parametrize("name", [french for french, _ in PAIRS])
def test_a_french_guide_has_french_signs(name):
    assert re.findall(r".{,20}(?:\w'\w|[ \n](?:[;?»]|!(?!\[)|:\s)|« ).{,20}", prose(DOCS / name)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_to_a_page_and_its_heading(page):
    lost = []
    for address in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, fragment = address.partition("#")
        if re.match(r"https?:|mailto:|…", address) or path.startswith("/"):
            continue
        target = (page.parent / path) if path else page
        if not target.exists() or (fragment and fragment not in anchors(target)):
            lost.append(address)
    assert lost == []


@cache
def anchors(page):
    """The fragments of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_operators_guide_takes_at_most_fifteen_steps():
    text = (DOCS / "operating.md").read_text(encoding="utf-8")
    road = text.split("\n## From nothing")[1].split("\n## ")[0]
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", road, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert 5 < len(steps) <= 15


def test_the_operators_guide_names_variables_and_commands_that_exist():
    text = (DOCS / "operating.md").read_text(encoding="utf-8")
    known = "".join((ROOT / name).read_text("utf-8") for name in ("veille/settings.py", "docker-compose.yml"))
    named = set(
        re.findall(
            r"\b((?:VEILLE|CELERY|POSTGRES|RABBITMQ)_[A-Z0-9_]+|[A-Z_]+_(?:URL|KEY|HOSTS|EMAIL))\b", text
        )
    )
    assert len(named) > 10
    assert {name for name in named if not re.search(rf"\b{name}\b", known)} == set()
    commands = set(re.findall(r"manage\.py (\w+)", text))
    assert commands - set(get_commands()) == set()
