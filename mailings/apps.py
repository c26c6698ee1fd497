from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = _("Mailings")

    def ready(self) -> None:
        from issues.signals import issue_published

        from . import checks  # noqa: F401
        from .plan import plan_on_publication

        issue_published.connect(plan_on_publication, dispatch_uid="mailings.plan")
