"""The figures of the house in Prometheus' form, read from the database each time they are asked for.

So they are the same whichever process answers, and right with workers on several machines, none of which
Prometheus has to reach. The number of queries is the same whatever there is to count.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from celery import current_app
from django.utils.module_loading import autodiscover_modules
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from veille.version import version

from . import figures
from .models import TaskFailures
from .readiness import PARTS


class Metrics(Collector):
    """The figures now, where these parts fail. Without a database that has its tables only those parts."""

    def __init__(self, failing: Collection[str]) -> None:
        self._failing = failing

    def collect(self) -> Iterator[Metric]:
        """Give the figures as `prometheus_client` writes them down."""
        yield InfoMetricFamily("veille_build", "Which version answers.", {"version": version()})
        ready = {part: int(part not in self._failing) for part in self._known_parts()}
        yield _gauge(
            "veille_ready", "Whether a part does its work; mailings: 0 when they stand still.", "part", ready
        )
        if not {"database", "migrations"} & set(self._failing):
            yield from _counted()

    def _known_parts(self) -> list[str]:
        # What cannot be known is not said to be well.
        unknown: set[str] = set()
        if "database" in self._failing:
            unknown = {"migrations", "mailings"}
        elif "migrations" in self._failing:
            unknown = {"mailings"}
        return [part for part in PARTS if part not in unknown]


def _counted() -> Iterator[Metric]:
    yield _gauge(
        "veille_deliveries",
        "Recipients of all mailings, by what became of them.",
        "state",
        figures.deliveries(),
    )
    yield _gauge("veille_mailings", "Mailings, by state.", "state", figures.mailings())
    yield _gauge(
        "veille_queue_age_seconds",
        "How long the oldest has waited of what could leave now; 0: nothing waits.",
        "queue",
        figures.queue_ages(),
    )
    messages = figures.messages()
    yield CounterMetricFamily(
        "veille_messages", "Messages that the mail server has answered, whatever it said.", messages.ever
    )
    yield GaugeMetricFamily(
        "veille_messages_per_second", "The same in a second, over the last five minutes.", messages.per_second
    )
    yield GaugeMetricFamily("veille_recent_messages", "The same within the last 24 hours.", messages.last_day)
    yield _gauge(
        "veille_recent_bounces",
        "What came back within the last 24 hours; refused: at once, by the server we hand over to.",
        "kind",
        figures.bounces(),
    )
    yield _gauge("veille_subscribers", "Readers, by state.", "state", figures.subscribers())
    yield GaugeMetricFamily(
        "veille_issues_overdue",
        "Issues that should have come out over a minute ago.",
        figures.overdue_issues(),
    )
    failures = dict.fromkeys(_tasks(), 0) | TaskFailures.objects.by_task()
    counter = CounterMetricFamily("veille_task_failures", "Tasks that ended with an error.", labels=["task"])
    for task, count in failures.items():
        counter.add_metric([task], count)
    yield counter


def _gauge(name: str, documentation: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, documentation, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


@lru_cache(maxsize=1)
def _tasks() -> tuple[str, ...]:
    """Our tasks: those that never failed stand at 0, or a first failure would be no increase."""
    # Celery's own way to load them sets Django up anew.
    autodiscover_modules("tasks")
    return tuple(sorted(name for name in current_app.tasks if not name.startswith("celery.")))
