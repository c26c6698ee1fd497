"""What telephones, browsers and people bring, in whatever field they put it."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from watch.capture.incoming import Incoming

URL = "https://exemple.example/a?b=1"


def asked(**query):
    incoming = Incoming.asked(query)
    return incoming.url, incoming.title, incoming.quote


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"url": URL, "title": "Un titre", "text": "Des mots"}, (URL, "Un titre", "Des mots")),
        ({"text": URL}, (URL, "", "")),
        ({"title": "Un titre", "text": URL}, (URL, "Un titre", "")),
        ({"title": "Un titre", "text": f"Un titre {URL}"}, (URL, "Un titre", "")),
        ({"title": "Un titre", "text": f"À lire :\n{URL}"}, (URL, "Un titre", "À lire :")),
        ({"text": f"Un titre {URL}"}, (URL, "Un titre", "")),
        ({"text": f"Deux\nlignes\n{URL}"}, (URL, "", "Deux\nlignes")),
        (
            {"text": f"D’abord https://un.example/, puis {URL}"},
            (URL, "D’abord https://un.example/, puis", ""),
        ),
        ({"title": f"Un titre {URL}"}, (URL, "Un titre", "")),
        ({"url": "pas une adresse", "text": URL}, (URL, "", "")),
        ({"url": URL, "text": "Des mots"}, (URL, "", "Des mots")),
        ({"url": URL, "title": "  Un \n titre\0 "}, (URL, "Un titre", "")),
        ({}, ("", "", "")),
    ],
)
def test_the_address_is_found_and_the_words_go_where_they_belong(query, expected):
    assert asked(**query) == expected


def test_by_which_road_it_came():
    assert [
        Incoming.asked(query).via for query in ({}, {"text": URL}, {"url": URL, "par": "bookmarklet"})
    ] == [
        "form",
        "share",
        "bookmarklet",
    ]


@given(st.dictionaries(st.sampled_from(["url", "title", "text", "par"]), st.text(max_size=80)))
def test_any_query_is_read_and_what_was_read_is_read_so_again(query):
    incoming = Incoming.asked(query)
    assert Incoming.typed(incoming.as_dict()) == incoming
    again = Incoming.asked(QueryDict(incoming.as_query(), encoding="utf-8").dict())
    assert Incoming.asked(QueryDict(again.as_query()).dict()) == again
