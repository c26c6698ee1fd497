from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IssuesConfig(AppConfig):
    name = "issues"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from simple_history.signals import pre_create_historical_record

        from .history.snapshot import write_down

        pre_create_historical_record.connect(write_down, dispatch_uid="issues.history")
