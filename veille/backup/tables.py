"""Which tables are saved: all that the migrations made, but for what every database makes by itself."""

from graphlib import TopologicalSorter

from django.apps.registry import Apps
from django.db.models import Model

SEARCH = "issues.searchentry"
LEFT_OUT = frozenset(
    {
        # Written by `migrate`; rows name them by what they are called: `veille.backup.names`.
        "contenttypes.contenttype",
        "auth.permission",
        # Everybody logs in again.
        "sessions.session",
        # Who runs, and what failed, there and then.
        "veille.heartbeat",
        "watching.taskfailures",
        # Guesses at a login are kept for two hours, not for as long as a backup.
        "axes.accessattempt",
        "axes.accessattemptexpiration",
        "axes.accessfailurelog",
        "axes.accesslog",
        # Written anew by `reindex`, with what only one make of database has beside it.
        SEARCH,
    }
)


def label_of(model: type[Model]) -> str:
    """Give the name of a table in the archive, such as `issues.section`."""
    return model._meta.label_lower


def saved_tables(apps: Apps) -> list[type[Model]]:
    """Give the models whose rows are saved, each after those that it refers to."""
    models = {
        label: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and (label := label_of(model)) not in LEFT_OUT
    }
    graph = {label: sorted(_referred_to(model) & models.keys() - {label}) for label, model in models.items()}
    return [models[label] for label in TopologicalSorter(graph).static_order()]


def _referred_to(model: type[Model]) -> set[str]:
    related = (field.related_model for field in model._meta.concrete_fields)
    return {label_of(other) for other in related if isinstance(other, type)}
