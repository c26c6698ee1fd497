"""The example for Prometheus: it asks for what is there."""

import re
from pathlib import Path

import pytest
import yaml

from veille.watching.metrics import Metrics

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
CONFIGURATION = yaml.safe_load((DEPLOY / "prometheus.example.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((DEPLOY / "prometheus.rules.example.yml").read_text(encoding="utf-8"))["groups"][0][
    "rules"
]


def test_it_shows_a_token_to_the_address_of_the_metrics():
    (job,) = CONFIGURATION["scrape_configs"]
    assert job["metrics_path"] == "/metrics"
    assert job["authorization"].keys() == {"credentials_file"}


def test_six_rules_say_when_to_wake_somebody():
    assert [rule["alert"].removeprefix("Veille") for rule in RULES] == [
        "NotReady",
        "MailingStalled",
        "QueueOld",
        "BounceRate",
        "ComplaintRate",
        "TaskFailures",
    ]
    assert all(rule["annotations"]["summary"] for rule in RULES)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_figure_and_label_of_a_rule_is_exported(rule):
    samples = [sample for family in Metrics(()).collect() for sample in family.samples]
    assert rule["expr"].count("(") == rule["expr"].count(")")
    for name, labels in re.findall(r"(veille_\w+)(?:\{([^}]*)\})?", rule["expr"]):
        found = [sample for sample in samples if sample.name == name]
        assert found, name
        for label, values in re.findall(r'(\w+)!?=~?"([^"]*)"', labels):
            assert set(values.split("|")) <= {sample.labels[label] for sample in found}
