"""What a Markdown text is made of, and in which lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.anatomy import anatomy
from issues.rendering import render_markdown

TEXT = """Un [lien](https://example.org/a)
et [deux](/b), puis <https://example.org/c>.

| [tête](https://example.org/d) |
| --- |
| ![un *phare*](phare.png) |

> cité [^1] www.example.org

## Titre

```
[code](https://example.org/no)
```

[^1]: Une note [à voir](javascript:alert(1)).
"""


def test_links_are_found_with_their_lines_wherever_they_stand():
    assert [(link.url, link.line) for link in anatomy(TEXT).links] == [
        ("https://example.org/a", 1),
        ("/b", 2),
        ("https://example.org/c", 2),
        ("https://example.org/d", 4),
        ("http://www.example.org", 8),
        ("javascript:alert(1)", 16),
    ]


def test_pictures_and_headings_too():
    found = anatomy(TEXT)
    assert [(p.address, p.alternative, p.line) for p in found.pictures] == [("phare.png", "un phare", 6)]
    assert [(h.tag, h.level, h.line) for h in found.headings] == [("h2", 3, 10)]


def test_line_ends_of_the_web_count_once():
    assert [link.line for link in anatomy("Un.\r\n\r\n[a](https://example.org/)").links] == [3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Un deux", 2),
        ("**Un** deux\ntrois", 3),
        ("```\nun deux\n```", 2),
        ("[un](https://example.org) !", 2),
    ],
)
def test_words_are_those_that_are_read(text, words):
    assert anatomy(text).words == words


@given(st.text(st.sampled_from("[]()!#`*_~>|-\n :/.^{}<&a\u200d\r\x00"), max_size=200))
def test_no_text_raises_and_every_line_is_one_of_its(text):
    found = anatomy(text)
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= thing.line <= last for thing in (*found.links, *found.pictures, *found.headings))


def test_what_is_looked_at_is_never_what_is_shown():
    assert "javascript:" not in render_markdown("<javascript:alert(1)>").replace("&lt;javascript:", "")
    assert 'href="javascript' not in render_markdown(TEXT)
