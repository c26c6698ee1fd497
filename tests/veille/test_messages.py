"""Both languages are whole: everything the house says is said in French too."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

FRENCH = Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES" / "django.po"
CATALOGUES = sorted((Path(settings.BASE_DIR) / "locale").rglob("*.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_nothing_is_left_untranslated_or_doubtful(path):
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed here; CI has it")
def test_the_catalogue_holds_every_string_of_the_code(tmp_path, monkeypatch):
    copy = tmp_path / "project"
    rooms = ("pictures", "authors", "issues", "mailings", "subscribers", "watch", "veille")
    for room in (*rooms, "templates", "locale"):
        shutil.copytree(Path(settings.BASE_DIR) / room, copy / room)
    monkeypatch.chdir(copy)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(copy / "locale")])
    call_command("makemessages", locale=["fr"], verbosity=0)

    def strings(path):
        return {(e.msgctxt, e.msgid) for e in polib.pofile(str(path)) if not e.obsolete}

    found = strings(copy / "locale" / "fr" / "LC_MESSAGES" / "django.po")
    assert found - strings(FRENCH) == set()
    assert strings(FRENCH) - found == set()


def test_the_french_of_placeholders_names_the_same_values():
    for entry in polib.pofile(str(FRENCH)):
        wanted = set(re.findall(r"%\((\w+)\)", entry.msgid_plural or entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                named = set(re.findall(r"%\((\w+)\)", text))
                # A singular may leave its number out.
                assert named == wanted or (entry.msgid_plural and named < wanted), entry.msgid
