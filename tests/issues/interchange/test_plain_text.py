"""What a word processor exports becomes what a careful editor would have made of it."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.interchange import parse
from issues.interchange.drafts import IssueDraft, SectionDraft

from .markdown import shown, words

LONG = "Une phrase assez longue pour que personne ne la prenne pour un intertitre, et qui finit bien."


def read(*lines: str) -> IssueDraft:
    return parse("\n".join(lines).encode())


def section(*lines: str) -> SectionDraft:
    (found,) = read("🚀 Un titre", "Par Zoé Martin", *lines).sections
    return found


def warnings(draft: IssueDraft) -> list[str]:
    return [str(entry) for entry in draft.report.warnings]


def test_it_begins_a_section_at_an_emoji_title_over_a_byline():
    draft = read("🌱🐝 Un premier", "Par Zoé Martin", LONG, "", "🧪 Un second", "Par Léa et Paul Petit", LONG)
    assert [(found.title, found.authors) for found in draft.sections] == [
        ("🌱🐝 Un premier", ["Zoé Martin"]),
        ("🧪 Un second", ["Léa", "Paul Petit"]),
    ]


def test_it_reports_a_byline_without_a_name():
    draft = read("🌱 Un premier", "Par", LONG)
    assert draft.sections[0].authors == []
    assert warnings(draft) == ["Line 1: Nobody is named under “🌱 Un premier”."]


def test_it_reads_a_title_without_emoji_over_a_name():
    draft = read("Un premier", "Par Zoé Martin", LONG)
    assert [found.title for found in draft.sections] == ["Un premier"]


def test_it_reads_an_emoji_sequence_that_lost_its_joiner():
    draft = read("🕵️♀️ Une enquête", "", "Par", LONG)
    assert [found.title for found in draft.sections] == ["🕵️♀️ Une enquête"]


def test_an_emoji_heading_without_a_byline_stays_in_its_section():
    assert section(LONG, "🔑 Les clés", LONG).body == f"{LONG}\n\n## 🔑 Les clés\n\n{LONG}"


def test_a_question_alone_on_its_line_is_a_heading():
    assert "## Et pour les curieux ?" in section(LONG, "Et pour les curieux ?", LONG).body


def test_a_question_that_opens_the_section_is_a_paragraph():
    assert section("Et si on jouait ?", LONG).body == f"Et si on jouait ?\n\n{LONG}"


def test_an_exclamation_is_a_paragraph():
    assert section(LONG, "Quelle idée ! 🎉", LONG).body == f"{LONG}\n\nQuelle idée ! 🎉\n\n{LONG}"


def test_short_lines_together_stay_paragraphs_and_are_reported():
    draft = read("🚀 Un titre", "Par Zoé", LONG, "Une chose", "Une autre", LONG)
    assert draft.sections[0].body == f"{LONG}\n\nUne chose\n\nUne autre\n\n{LONG}"
    assert len(warnings(draft)) == 1


def test_the_lines_after_a_colon_up_to_a_heading_are_a_list():
    body = section("Trois avis :", LONG, LONG, LONG, "La suite", LONG).body
    assert body == f"Trois avis :\n\n- {LONG}\n- {LONG}\n- {LONG}\n\n## La suite\n\n{LONG}"


def test_long_lines_after_a_colon_up_to_the_end_stay_paragraphs_and_are_reported():
    long = LONG * 2
    draft = read("🚀 Un titre", "Par Zoé", "Trois avis :", long, long)
    assert draft.sections[0].body == f"Trois avis :\n\n{long}\n\n{long}"
    assert "may be a list" in warnings(draft)[0]


def test_short_lines_after_a_colon_are_a_list_up_to_the_first_sentence():
    body = section("Trois goûts :", "Le café", "Le thé", "L’eau", LONG).body
    assert body == f"Trois goûts :\n\n- Le café\n- Le thé\n- L’eau\n\n{LONG}"


def test_lines_in_lower_case_that_go_on_with_a_sentence_are_a_list():
    body = section("Il faut un outil", "pour lire,", "pour écrire :", "à la main, au clavier", LONG).body
    assert body == (
        f"Il faut un outil\n\n- pour lire,\n- pour écrire :\n    - à la main, au clavier\n\n{LONG}"
    )


def test_a_colon_with_nothing_after_it_is_reported():
    draft = read("🚀 Un titre", "Par Zoé", LONG, "Voici la liste :")
    assert draft.sections[0].body.endswith("Voici la liste :")
    assert warnings(draft) == ["Line 4: This line announces something, and nothing follows."]


def test_bullets_are_a_list_nested_as_they_are_indented():
    body = section(LONG, "• un", "• deux", "   ◦ deux bis", "• trois", LONG).body
    assert body == f"{LONG}\n\n- un\n- deux\n    - deux bis\n- trois\n\n{LONG}"


def test_a_short_line_over_bullets_is_a_heading():
    body = section(LONG, "Les points forts", "• un", "• deux").body
    assert body == f"{LONG}\n\n## Les points forts\n\n- un\n- deux"


def test_lines_that_count_upwards_are_a_numbered_list():
    assert section("1. un", "2) deux", LONG).body == f"1. un\n2. deux\n\n{LONG}"


def test_a_lone_number_or_dash_is_no_list():
    assert section("1. Pourquoi ? " + LONG, "- Bonjour. " + LONG).body.startswith("1\\. Pourquoi ?")
    assert "\n\n\\- Bonjour." in section(LONG, "- Bonjour. " + LONG).body


def test_a_line_between_quotation_marks_is_a_quotation():
    assert "\n\n> « Rien n’est simple. »\n\n" in section(LONG, "« Rien n’est simple. »", LONG).body


def test_a_line_in_the_other_language_after_a_colon_is_a_quotation():
    lead = "Le papier de la semaine est accompagné d’un résumé que les auteurs donnent dans une note :"
    quote = "The results show that the tools are better with our method, and that it is more robust"
    assert section(lead, quote, LONG).body == f"{lead}\n\n> {quote}\n\n{LONG}"


def test_titles_of_links_at_the_end_are_sources():
    found = section(LONG, "Un long entretien (Le Journal)", "Le code – https://code.example/depot")
    assert found.body == LONG
    assert [(source.title, source.publisher, source.url) for source in found.sources] == [
        ("Un long entretien", "Le Journal", ""),
        ("Le code", "", "https://code.example/depot"),
    ]


def test_what_stands_under_the_word_sources_is_sources():
    found = section(LONG, "Sources :", "Un entretien")
    assert found.body == LONG
    assert [source.title for source in found.sources] == ["Un entretien"]


def test_one_short_line_at_the_end_is_kept_as_a_paragraph_and_reported():
    draft = read("🚀 Un titre", "Par Zoé", LONG, "Passer à la pratique")
    assert draft.sections[0].body == f"{LONG}\n\nPasser à la pratique"
    assert "may be a sub-heading or the title of a link" in warnings(draft)[0]


def test_what_stands_before_the_first_section_is_title_and_introduction():
    draft = read("Notre numéro d’été", "Bonjour à toutes !", "", "🚀 Un titre", "Par Zoé", LONG)
    assert (draft.title, draft.introduction) == ("Notre numéro d’été", "Bonjour à toutes !")


def test_front_matter_on_top_speaks_of_the_issue():
    draft = read("---", "number: 7", "title: no", "---", "🚀 Un titre", "Par", LONG)
    assert (draft.number, draft.title, draft.sections[0].line) == (7, "no", 5)


def test_a_text_without_sections_is_one_section_and_reported():
    draft = read("Un mot", LONG, LONG)
    assert [found.title for found in draft.sections] == ["Un mot"]
    assert "No section was found" in warnings(draft)[0]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\v", "\u2028"])
def test_it_knows_the_line_ends_of_word_processors(newline):
    draft = parse(newline.join(["🚀 Un titre", "Par Zoé", LONG, LONG]).encode())
    assert draft.sections[0].body == f"{LONG}\n\n{LONG}"


def test_lines_that_were_cut_at_a_width_are_joined():
    long = textwrap.fill(" ".join([LONG] * 5), 72)
    draft = read("🚀 Un titre", "Par Zoé", long, "", "Un intertitre", "", long)
    whole = " ".join([LONG] * 5)
    assert draft.sections[0].body == f"{whole}\n\n## Un intertitre\n\n{whole}"
    assert "were joined" in str(draft.report[0])


NAMES = st.sampled_from(["", " Zoé Martin", " Zoé Martin et Paul Petit"])
WORDS = st.sampled_from(
    ["Le", "café", "ouvert", "the", "of", "and", "is", "et", "à", "des", "#un", "a_b", "*x*"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=25).map(" ".join)
SHAPES = st.one_of(
    st.builds(
        "{}{}".format, TEXTS, st.sampled_from(["", ".", " :", ",", " ?", " !", ";", "…", " (Le Journal)"])
    ),
    st.builds("{} {}".format, st.sampled_from(["•", "-", "   ◦", "–", "*", ">", "#", "🔑", "⚠️"]), TEXTS),
    st.builds("« {} »".format, TEXTS),
    st.builds("🚀 {}\nPar{}".format, TEXTS, NAMES),
    st.builds("{} https://source.example/{}".format, TEXTS, st.sampled_from(["a", "b_c", "_d_"])),
    st.just(""),
)


@given(st.lists(SHAPES, max_size=25))
def test_no_word_is_lost_and_their_order_is_kept(lines):
    text = "\n".join(["🚀 Premier", "Par", "Texte.", *lines])
    draft = parse(text.encode())
    assert reading(draft) == words(text)


def reading(draft: IssueDraft) -> list[str]:
    """All words of a draft in the order in which the file has them."""
    parts = [draft.title, shown(draft.introduction)]
    for found in draft.sections:
        parts += [found.title, "Par", " et ".join(found.authors), shown(found.body)]
        parts += [
            f"{source.title} {source.publisher} {source.url if source.url != source.title else ''}"
            for source in found.sources
        ]
    return words(" ".join(parts))
