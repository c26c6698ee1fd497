"""SECURITY.md: each thing that somebody could try names a test, and the test is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| who |")
]


def has(node, names):
    """Whether classes and functions of these names lie one in the other."""
    for inner in ast.iter_child_nodes(node):
        if getattr(inner, "name", None) == names[0]:
            return len(names) == 1 or has(inner, names[1:])
    return False


def test_every_row_names_tests_that_are_there():
    assert len(ROWS) > 30
    missing = []
    for *_rest, tests in ROWS:
        named = re.findall(r"`(tests/[^`]+)`", tests)
        assert named, f"a row without a test: {_rest}"
        for name in named:
            path, *names = name.split("::")
            module = ROOT / path
            if not (module.is_file() and names and has(ast.parse(module.read_text(encoding="utf-8")), names)):
                missing.append(name)
    assert missing == []


def test_everybody_who_could_try_something_is_there():
    people = {row[0].partition(",")[0].partition("’")[0] for row in ROWS if row[0]}
    assert {"anonymous", "reader with a token", "author", "editor", "superuser", "mail provider"} <= people
    assert "neighbour on the host" in people
