from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def let_approvals_fall(sender: type, author: Any, by: Any, **kwargs: Any) -> None:
    """Take note that a name was changed which stands under sections."""
    from .models import Issue
    from .workflow import wording_changed

    wording_changed(Issue.objects.filter(sections__bylines__author=author), by=by)


class IssuesConfig(AppConfig):
    name = "issues"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from simple_history.signals import pre_create_historical_record

        from authors.signals import author_renamed

        from .history.snapshot import write_down

        author_renamed.connect(let_approvals_fall, dispatch_uid="issues.apps")
        pre_create_historical_record.connect(write_down, dispatch_uid="issues.history")
