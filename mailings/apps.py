from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = _("Mailings")

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from issues.signals import issue_published, issue_withdrawn
        from subscribers.models import Subscriber
        from subscribers.own_data import also
        from subscribers.signals import joined
        from subscribers.topics import offer

        from . import checks  # noqa: F401
        from .links.topics import published_topics
        from .own_data import collect, forget
        from .plan import plan_on_publication
        from .welcome.sending import greet
        from .withdrawal import stand_still

        also("mailings", collect)
        offer(published_topics)
        # However a reader is deleted: by themselves, by an editor, by time.
        pre_delete.connect(forget, sender=Subscriber, dispatch_uid="mailings.own_data")
        joined.connect(greet, dispatch_uid="mailings.welcome")
        issue_published.connect(plan_on_publication, dispatch_uid="mailings.plan")
        issue_withdrawn.connect(stand_still, dispatch_uid="mailings.withdrawal")
