"""Telling the workers that links wait."""

import logging

from celery import current_app
from django.conf import settings

logger = logging.getLogger(__name__)


def announce() -> None:
    """Wake a worker. A broker that is away loses nothing: the scheduler looks every ten minutes."""
    from ..tasks import look_up_links

    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **settings.VEILLE_PUBLISH_OPTIONS}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            look_up_links.apply_async(connection=broker)  # type: ignore[call-arg] # missing in celery-types
    # Whatever the broker's client raises: the rows are the record, the queue is a hint.
    except Exception:
        logger.warning("the broker is away; the scheduler will find the links", exc_info=True)
