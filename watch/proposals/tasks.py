"""The clock of proposals."""

from celery import shared_task

from . import deciding


@shared_task(name="watch.forget_proposers")
def forget_proposers() -> None:
    """Forget who proposed what, once its time has come. Harmless when run twice, late, or not at all."""
    deciding.forget()
