from django.apps import AppConfig
from django.conf import settings


class WatchingConfig(AppConfig):
    name = "veille.watching"
    label = "watching"

    def ready(self) -> None:
        from . import celery_signals  # noqa: F401

        if settings.SENTRY_DSN:
            # Not before: whoever does without it does not load it.
            from . import sentry

            sentry.start(settings.SENTRY_DSN)
