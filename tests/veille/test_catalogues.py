"""The message catalogues, compiled without gettext's tools."""

import gettext
import os

import pytest

from veille.catalogues import LOCALE, compile_catalogues

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n > 1;\\n"

msgid "Subscribe"
msgstr "S’abonner"

#, fuzzy
msgid "Leave"
msgstr "Rester"

msgid "%d mail"
msgid_plural "%d mails"
msgstr[0] "%d courriel"
msgstr[1] "%d courriels"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return path


def test_it_writes_what_gettext_reads(source, tmp_path):
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    french = gettext.translation("django", tmp_path, ["fr"])
    assert french.gettext("Subscribe") == "S’abonner"
    assert french.ngettext("%d mail", "%d mails", 0) == "%d courriel"
    assert french.ngettext("%d mail", "%d mails", 2) == "%d courriels"


def test_it_leaves_out_what_nobody_has_checked(source, tmp_path):
    compile_catalogues(tmp_path)
    assert gettext.translation("django", tmp_path, ["fr"]).gettext("Leave") == "Leave"


def test_it_compiles_again_only_what_changed(source, tmp_path):
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == []
    newer = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (newer, newer))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]


def test_every_catalogue_of_the_house_is_compiled():
    assert [path for path in LOCALE.rglob("*.po") if not path.with_suffix(".mo").exists()] == []
