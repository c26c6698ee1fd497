"""Where log lines go, and what is done to them on the way."""

from typing import Any


def logging_of(*, form: str, level: str) -> dict[str, Any]:
    """Give the configuration of logging; `form` is `json` or `text`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"prepared": {"()": "veille.watching.logs.Prepared"}},
        "formatters": {
            "json": {"()": "veille.watching.logs.Json"},
            "text": {"()": "veille.watching.logs.Text"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["prepared"],
            }
        },
        "loggers": {
            # Django's own handlers mask nothing.
            "django": {"handlers": []},
            "django.server": {"handlers": [], "propagate": True},
            # Below that it writes down what is written to the database.
            "django.db.backends": {"level": "INFO"},
            # It says so of each of its thirty detectors.
            "flufl.bounce": {"level": "WARNING"},
            # It tells of each login, with all that would say whose masked.
            "axes": {"level": "WARNING"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
