"""What stands between two transactional tests leaves as little as Django's own `flush` does."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from authors.roles import AUTHORS
from tests.emptying import empty
from tests.factories import an_author
from tests.veille.backup.filling import digest, fill

pytestmark = pytest.mark.django_db(transaction=True)


def own():
    """What an installation has before anybody writes: by name, as its numbers may be others."""
    return (
        set(ContentType.objects.values_list("app_label", "model")),
        set(Permission.objects.values_list("content_type__model", "codename")),
        set(Group.objects.values_list("name", "permissions__codename")),
    )


def test_nothing_of_a_full_house_is_left(settings, tmp_path):
    settings.VEILLE_IMPORT_DIR = tmp_path / "imports"
    empty()
    before = digest(), own()
    fill()
    Group.objects.get(name=AUTHORS).permissions.clear()
    Permission.objects.first().delete()
    empty()
    assert (digest(), own()) == before


def test_it_leaves_what_flush_leaves():
    empty()
    found = own()
    call_command("flush", interactive=False, verbosity=0)
    assert found == own()
    assert all(found)


def test_numbers_that_a_test_set_back_are_in_nobodys_way():
    call_command("flush", interactive=False, verbosity=0)
    empty()
    for number in range(3):
        Group.objects.create(name=f"Rôle {number}")
    connection.check_constraints()
    assert an_author().has_perm("issues.add_section")
