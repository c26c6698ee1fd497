"""Fixtures for every test."""

import gc
import os

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase

from tests import emptying

# Playwright's loop runs in the test's own thread; the ORM would refuse to work beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Two hundred thousand objects live as long as the run: to look for garbage among them so often takes
# up to a tenth of its time.
gc.set_threshold(100_000, 20, 100)

TransactionTestCase._fixture_teardown = lambda case: emptying.empty()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what another database may change: CI tries the rest on one alone."""
    for item in items:
        in_a_case = item.cls is not None and issubclass(item.cls, TransactionTestCase)
        asked = {"db", "transactional_db", "django_db_setup"} & set(item.fixturenames)
        if in_a_case or asked or any(map(item.get_closest_marker, ("django_db", "worker"))):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    """Each test has its own uploads."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    """Each test finds the caches empty."""
    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture
def no_broker():
    """Nothing listens where tasks are published."""
    from veille.celery import app

    url = app.conf.broker_write_url
    app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    # Connections are kept: those of before must not be used in the test, nor its own afterwards.
    app._after_fork()
    yield
    app.conf.broker_write_url = url
    app._after_fork()
