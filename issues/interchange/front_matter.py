"""Front matter: a block of YAML between two lines `---`, read with line numbers and without surprises.

Every scalar is taken as the text that is written (a title may be `2025` or `no`), an alias is refused
(that is how a small file becomes a huge one), so is a key given twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from .drafts import Report
from .errors import ImportRefused

FENCE = "---"
MAX_CHARACTERS = 100_000
MAX_DEPTH = 8

# Written in C where the library was built so: 10 times faster on a large file.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Value:
    """A text, a list or a mapping of the front matter, and the line where it stands."""

    content: str | list[Value] | dict[str, Value]
    line: int


class FrontMatter:
    """The keys of one block. What was never asked for can be reported."""

    def __init__(self, values: Mapping[str, Value], line: int) -> None:
        self._values = values
        self._taken: set[str] = set()
        self.line = line

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def line_of(self, key: str) -> int:
        return self._values[key].line if key in self._values else self.line

    def take_text(self, key: str) -> str:
        """Take a text as it is written; empty where there is none."""
        value = self._take(key)
        return _text(value, key) if value else ""

    def take_line(self, key: str) -> str:
        """Take a text of one line: line breaks become spaces, the ends are trimmed."""
        return one_line(self.take_text(key))

    def take_names(self, key: str, *, limit: int) -> list[str]:
        """Take a list of names; one alone need not be a list. Spaces inside are made single."""
        value = self._take(key)
        is_one = value is not None and isinstance(value.content, str)
        names = (
            [self.take_text(key)] if is_one else [_text(item, key) for item in self._take_list(key, limit)]
        )
        return [name for name in (" ".join(name.split()) for name in names) if name]

    def take_blocks(self, key: str, *, limit: int) -> list[FrontMatter]:
        """Take a list of mappings."""
        blocks = []
        for item in self._take_list(key, limit):
            if not isinstance(item.content, dict):
                raise ImportRefused(
                    _("each entry of “%(key)s” must be `name: value` lines.") % {"key": key}, line=item.line
                )
            blocks.append(FrontMatter(item.content, item.line))
        return blocks

    def report_the_rest(self, report: Report, known: Iterable[str]) -> None:
        for key, value in self._values.items():
            if key not in self._taken:
                report.warn(
                    _("“%(key)s” is not a known name, it was left out. Known: %(known)s.")
                    % {"key": shorten(key), "known": ", ".join(known)},
                    value.line,
                )

    def _take(self, key: str) -> Value | None:
        self._taken.add(key)
        return self._values.get(key)

    def _take_list(self, key: str, limit: int) -> list[Value]:
        value = self._take(key)
        if value is None or value.content == "":
            return []
        if not isinstance(value.content, list):
            raise ImportRefused(_("“%(key)s” must be a list.") % {"key": key}, line=value.line)
        if len(value.content) > limit:
            raise ImportRefused(
                _("“%(key)s” holds more than %(limit)d entries.") % {"key": key, "limit": limit},
                line=value.line,
            )
        return value.content


def find_fence(lines: list[str], start: int, end: int, *, opened_on: int) -> int:
    """Give the index of the line that ends the block. Raises ImportRefused where there is none."""
    for index in range(start, end):
        if is_line(lines[index], FENCE):
            return index
    raise ImportRefused(_("the front matter that begins here has no end: a line ---."), line=opened_on)


def is_line(line: str, mark: str) -> bool:
    """Whether the line is the mark; spaces that an editor left behind it do not count."""
    return line.startswith(mark) and line.rstrip(" \t") == mark


def read(lines: list[str], first_line: int) -> FrontMatter:
    """Read the lines between the fences; `first_line` is the file's line number of the first of them.

    Raises ImportRefused, with the line, for what is not valid or not a mapping.
    """
    source = "\n".join(lines)
    if len(source) > MAX_CHARACTERS:
        raise ImportRefused(_("this front matter is too long."), line=first_line)
    try:
        _refuse_tricks(source, first_line)
        node = yaml.compose(source, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise ImportRefused(
            _("the front matter is not valid YAML (%(problem)s).") % {"problem": error.problem}, line=line
        ) from None
    except yaml.YAMLError as error:
        raise ImportRefused(
            _("the front matter is not valid YAML (%(problem)s).") % {"problem": shorten(str(error))},
            line=first_line,
        ) from None
    if node is None:
        return FrontMatter({}, first_line)
    value = _value(node, first_line)
    if not isinstance(value.content, dict):
        raise ImportRefused(_("the front matter must be `name: value` lines."), line=first_line)
    return FrontMatter(value.content, first_line)


def dump(values: Mapping[str, Any]) -> str:
    """Write a block that `read` gives back as it was, without its fences."""
    return yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=float("inf"))


def one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text).strip()


def shorten(text: str, length: int = 60) -> str:
    """Cut what goes into a message, so that a hostile file cannot fill the page."""
    text = one_line(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def _refuse_tricks(source: str, first_line: int) -> None:
    depth = 0
    for event in yaml.parse(source, Loader=_Loader):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            raise ImportRefused(_("the front matter holds an alias (*name): write the value out."), line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise ImportRefused(_("the front matter is nested too deeply."), line=line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value(node: yaml.Node, first_line: int) -> Value:
    line = first_line + node.start_mark.line
    if isinstance(node, yaml.ScalarNode):
        is_null = node.style in (None, "") and node.value in ("~", "null")
        if _UNSTORABLE.search(node.value):
            raise ImportRefused(_("a value holds a character that no text may hold."), line=line)
        return Value("" if is_null else node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Value([_value(item, first_line) for item in node.value], line)
    mapping: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key = _value(key_node, first_line)
        if not isinstance(key.content, str):
            raise ImportRefused(_("the front matter must be `name: value` lines."), line=key.line)
        if key.content in mapping:
            raise ImportRefused(_("“%(key)s” is given twice.") % {"key": shorten(key.content)}, line=key.line)
        mapping[key.content] = Value(_value(value_node, first_line).content, key.line)
    return Value(mapping, line)


def _text(value: Value, key: str) -> str:
    if not isinstance(value.content, str):
        raise ImportRefused(_("“%(key)s” must be a text.") % {"key": key}, line=value.line)
    return value.content
