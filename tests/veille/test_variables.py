"""Every variable of the environment is told to who installs Veille, and can be set with compose."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
# What the image and the volumes decide, or what makes no sense on the web.
NOT_FOR_COMPOSE = {
    "ALLOWED_HOSTS": "the one of VEILLE_DOMAIN",
    "MEDIA_ROOT": "in the volume",
    "STATIC_ROOT": "in the image",
    "VEILLE_DATA_DIR": "the volume",
    "VEILLE_MAILBOX_DIR": "of the demonstration",
    "VEILLE_WAYBACK_URL": "empty says nobody, and compose would say the default",
    "VEILLE_QUEUE": "the broker is of this installation alone",
}


def variables():
    """The names that the settings ask the environment for."""
    tree = ast.parse((ROOT / "veille/settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(
        {
            call.args[0].value
            for call in calls
            if isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "env"
            and call.args
        }
    )


def documented():
    """The names in the first column of the table of settings; `_REGION` goes on from the name before."""
    table = README.split("\n### Settings\n")[1].split("\n#")[0]
    names = set()
    for cell in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", table, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", cell):
            names.add(name if not name.startswith("_") else f"VEILLE_S3{name}")
    return names


@pytest.mark.parametrize("name", variables())
def test_a_variable_stands_in_the_readme_and_can_be_set_with_compose(name):
    assert name in documented()
    assert (name in COMPOSE["services"]["web"]["environment"]) != (name in NOT_FOR_COMPOSE)


def test_nothing_is_told_that_is_not_read():
    assert documented() == set(variables())
    assert set(COMPOSE["services"]["web"]["environment"]) <= set(variables())
    assert set(variables()) >= NOT_FOR_COMPOSE.keys()
