"""Markdown to plain text, from the same tokens as the HTML: what readers of text mails get."""

import textwrap
from collections.abc import Iterable

from markdown_it.tree import SyntaxTreeNode

from .markdown import leads_outside, parse_markdown
from .typography import NO_BREAK

WIDTH = 72
# However deep a text is nested, its lines keep some room.
NARROWEST = 20


def text_of_markdown(text: str) -> str:
    """Give a Markdown text as plain text, wrapped at 72 columns, its links listed at the end."""
    writer = _Writer()
    body = writer.blocks(SyntaxTreeNode(parse_markdown(text)).children, WIDTH)
    return "\n\n".join(part for part in (body, writer.references()) if part)


def wrap(text: str, width: int = WIDTH, *, first: str = "", rest: str = "") -> str:
    """Wrap one paragraph without ever cutting a word or a URL."""
    lines = [
        textwrap.fill(
            line,
            max(width, NARROWEST),
            initial_indent=first if number == 0 else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(text.split("\n"))
    ]
    return "\n".join(lines)


class _Writer:
    """Writes the nodes of one text, and keeps the addresses it met."""

    def __init__(self) -> None:
        self.addresses: dict[str, int] = {}

    def references(self) -> str:
        return "\n".join(f"[{number}] {url}" for url, number in self.addresses.items())

    def blocks(self, nodes: Iterable[SyntaxTreeNode], width: int) -> str:
        return "\n\n".join(filter(None, (self.block(node, width) for node in nodes)))

    def block(self, node: SyntaxTreeNode, width: int) -> str:
        match node.type:
            case "paragraph":
                return wrap(self.line(node), width)
            case "heading":
                title = self.line(node)
                return f"{title}\n{'-' * min(len(title), width)}" if node.tag == "h3" else title
            case "bullet_list" | "ordered_list":
                return self.items(node, width)
            case "blockquote":
                quoted = self.blocks(node.children, width - 2)
                return "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
            case "fence" | "code_block":
                return textwrap.indent(node.content.rstrip("\n"), "    ")
            case "table":
                return self.table(node, width)
            case "hr":
                return "* * *"
            case "footnote_block":
                return "\n".join(self.note(child, width) for child in node.children)
            case _:
                return self.blocks(node.children, width)

    def items(self, node: SyntaxTreeNode, width: int) -> str:
        start = int(node.attrs.get("start", 1))
        loose = any(
            not child.hidden for item in node.children for child in item.children if child.type == "paragraph"
        )
        written = []
        for number, item in enumerate(node.children, start):
            mark = f"{number}. " if node.type == "ordered_list" else "- "
            separator = "\n\n" if loose else "\n"
            inner = separator.join(
                filter(None, (self.block(child, width - len(mark)) for child in item.children))
            )
            written.append(mark + textwrap.indent(inner, " " * len(mark)).lstrip())
        return ("\n\n" if loose else "\n").join(written)

    def table(self, node: SyntaxTreeNode, width: int) -> str:
        """Line up the columns; where they are wider than the page, give each row as a list of its cells."""
        rows = [[self.line(cell) for cell in row.children] for part in node.children for row in part.children]
        if not rows:
            return ""
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        if sum(widths) + len(" | ") * (len(widths) - 1) > width:
            return self.records(rows[0], rows[1:], width)
        lines = [
            " | ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=False)).rstrip()
            for row in rows
        ]
        lines.insert(1, "-+-".join("-" * size for size in widths))
        return "\n".join(lines)

    def records(self, heads: list[str], rows: list[list[str]], width: int) -> str:
        # Heads are repeated in each row where they are short, as names are; else they are a row themselves.
        named = rows and all(len(head) <= width // 2 for head in heads)
        names = [head and f"{head}{NO_BREAK}: " for head in heads] if named else [""] * len(heads)
        return "\n\n".join(
            "\n".join(
                wrap(name + cell, width, rest="  ")
                for name, cell in zip(names, row, strict=False)
                if name or cell
            )
            for row in (rows if named else [heads, *rows])
        )

    def note(self, node: SyntaxTreeNode, width: int) -> str:
        mark = f"({node.meta['id'] + 1}) "
        return mark + textwrap.indent(self.blocks(node.children, width - len(mark)), "    ").lstrip()

    def line(self, node: SyntaxTreeNode) -> str:
        return "".join(self.inline(child) for child in node.children)

    def inline(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text" | "code_inline" | "html_inline":
                return node.content
            case "softbreak":
                return " "
            case "hardbreak":
                return "\n"
            case "image":
                alternative = self.line(node)
                return f"[{alternative}]" if alternative else ""
            case "link":
                return self.link(node)
            case "footnote_ref":
                return f" ({node.meta['id'] + 1})"
            case "footnote_anchor":
                return ""
            case _:
                return self.line(node)

    def link(self, node: SyntaxTreeNode) -> str:
        url, label = str(node.attrs.get("href", "")), self.line(node)
        if url.removeprefix("mailto:") == label or url == label or not leads_outside(url):
            return label
        number = self.addresses.setdefault(url, len(self.addresses) + 1)
        return f"{label} [{number}]"
