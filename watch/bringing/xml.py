"""Reading XML that a stranger wrote: nothing outside of it is ever looked at, nothing inside of it swells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.parsers import expat

BLOCK = 64 * 1024
# Deeper than any list of links that a person ordered.
DEEPEST = 100


class Malformed(Exception):
    """This is no XML, or none of the harmless kind; `line` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def walk(
    text: bytes,
    *,
    start: Callable[[str, dict[str, str], int], Any],
    end: Callable[[str], Any] = lambda name: None,
    each_block: Callable[[], Any] = lambda: None,
    encoding: str | None = None,
) -> None:
    """Tell of each element: its name, attributes and line at its start, its name at its end.

    Entities that the document declares itself (bombs, files of ours) make it malformed; expat follows no
    external one by itself. In time linear in the length. Raises Malformed, and what the callables raise.
    """
    parser = expat.ParserCreate(encoding)
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Malformed(parser.CurrentLineNumber)
        start(name, attributes, parser.CurrentLineNumber)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    def declared(*_entity: object) -> None:
        raise Malformed(parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.EntityDeclHandler = declared
    try:
        for position in range(0, len(text), BLOCK):
            each_block()
            parser.Parse(text[position : position + BLOCK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Malformed(error.lineno) from error
    # An encoding that Python does not know, or of several bytes a letter.
    except (LookupError, ValueError) as error:
        raise Malformed(1) from error
