"""The Celery application: tasks carry keys, rows in the database are the truth."""

import os

from celery import Celery

from . import heartbeat  # noqa: F401 # it listens

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.settings")

app = Celery("veille")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By its name: the models that it needs are not loaded yet.
app.steps["consumer"].add("mailings.steps:LookForWork")
