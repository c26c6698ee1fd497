"""The compose file: what it asks for, what it shows to the world, and that its settings are safe."""

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from subscribers.importing import reading

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ["web", "worker", "beat", "migrate"]

# What somebody who installs Veille would write down.
GIVEN = {
    "SECRET_KEY": "k9-" + "Zq7pLm2x" * 8,
    "POSTGRES_PASSWORD": "b7e1",
    "RABBITMQ_PASSWORD": "c8f2",
    "VEILLE_DOMAIN": "veille.example",
    "EMAIL_URL": "smtp+tls://veille:secret@mail.veille.example:587",
    "DEFAULT_FROM_EMAIL": "Veille <veille@veille.example>",
    "VEILLE_SENDER_IDENTITY": "Association Veille, 1 rue des Essais, 75000 Paris",
}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def substituted(value, given):
    """A value as compose reads it: `${NAME:-default}`, `${NAME:?what is missing}`."""

    def replace(match):
        name, kind, text = match.groups()
        if given.get(name):
            return given[name]
        if kind == "-":
            return text
        raise KeyError(name)

    return VARIABLE.sub(replace, value)


def environment(service, given=GIVEN):
    return {name: substituted(value, given) for name, value in SERVICES[service]["environment"].items()}


def test_the_settings_of_the_compose_file_pass_djangos_own_deployment_checks(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "VEILLE_DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "veille.settings",
            **environment("web"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", GIVEN)
def test_it_does_not_start_without_what_only_its_owner_knows(name):
    with pytest.raises(KeyError, match=name):
        environment("web", {**GIVEN, name: ""})


def test_it_asks_for_no_more_and_no_less_than_the_example_lists():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    assert {match[1] for match in VARIABLE.finditer(text)} == set(re.findall(r"^(\w+)=", example, re.M))


def test_the_example_holds_no_value():
    assert re.findall(r"^\w+=(.+)$", (ROOT / "deploy/env.example").read_text(encoding="utf-8"), re.M) == []


def test_all_our_processes_read_the_same_environment():
    assert len({repr(environment(name)) for name in OURS}) == 1


def test_only_the_proxy_is_open_to_the_world():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy", "mailpit"]
    assert SERVICES["mailpit"]["ports"] == ["127.0.0.1:8025:8025"]
    assert SERVICES["mailpit"]["profiles"] == ["trial"]


def test_the_database_and_the_broker_are_on_a_network_without_a_way_out():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["rabbitmq"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_tells_its_health(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_a_worker_has_the_time_to_end_its_message():
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) >= 30


@pytest.mark.parametrize("name", OURS)
def test_our_processes_can_write_to_their_data_alone(name):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_the_image_does_not_run_as_root():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER veille"]


def test_no_secret_of_this_machine_goes_into_the_image():
    assert {".env", "**/.env", "var", ".git"} <= set((ROOT / ".dockerignore").read_text().splitlines())


@pytest.mark.parametrize("name", ["Caddyfile", "nginx"])
def test_the_proxies_let_through_as_much_as_the_import_takes_and_no_more_elsewhere(name):
    lists = 512 * 1024 * 1024
    path = "deploy/Caddyfile" if name == "Caddyfile" else "docs/operating.md"
    text = (ROOT / path).read_text(encoding="utf-8")
    limits = [int(n) for n in re.findall(r"(?:max_size|client_max_body_size) (\d+)(?:MiB|MB|m)", text)]
    assert sorted(limits) == [12, 514]
    assert lists == reading.MAX_BYTES < 514 * 2**20
    assert reverse("transfers:home") in text


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_without_containers_the_same_commands_run(name):
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read(ROOT / f"deploy/systemd/veille-{name}.service", encoding="utf-8")
    command = shlex.split(unit["Service"]["ExecStart"])
    assert command[0].startswith("/srv/veille/.venv/bin/")
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nCMD ")[2].replace("\\\n", "")
    inside = SERVICES[name].get("command") or json.loads(image)
    # Where the image listens, and where it may write, are its own affairs.
    words = " ".join(inside[1:]).replace("0.0.0.0:8000", "127.0.0.1:8000")
    assert " ".join(command[1:]) == re.sub(r"--worker-tmp-dir \S+ ", "", words)
    assert unit["Service"]["User"] == "veille"
