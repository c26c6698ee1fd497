"""The Celery application with a scheduler that does not wait a quarter of a minute for its first task."""

from veille.celery import app

app.conf.beat_schedule = {"dispatch-mailings": {"task": "mailings.dispatch", "schedule": 0.1}}
