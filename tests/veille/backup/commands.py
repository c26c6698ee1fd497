"""The two commands, called as an operator does."""

import io
import json
import tarfile

from django.core.management import call_command


def backup(target, *options):
    """Back up, and give what was said."""
    out = io.StringIO()
    call_command("backup", str(target), *options, stdout=out)
    return out.getvalue()


def restore(source):
    """Restore, and give what was said, warnings too."""
    out, errors = io.StringIO(), io.StringIO()
    call_command("restore", str(source), stdout=out, stderr=errors)
    return out.getvalue() + errors.getvalue()


def manifest_of(path):
    with tarfile.open(path) as tar:
        return json.load(tar.extractfile("manifest.json"))
