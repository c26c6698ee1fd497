"""The Celery application: tasks carry keys, rows in the database are the truth."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from . import heartbeat  # noqa: F401 # it listens
from .embedded import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.settings")

broker.use()

app = Celery("veille")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By its name: the models that it needs are not loaded yet.
app.steps["consumer"].add("mailings.steps:LookForWork")


@setup_logging.connect
def keep_the_logs_of_the_settings(**kwargs: Any) -> None:
    """Celery sets up none of its own where somebody answers: it would write lines of another form."""
