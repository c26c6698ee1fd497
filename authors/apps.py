from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuthorsConfig(AppConfig):
    name = "authors"
    verbose_name = _("Authors")

    def ready(self) -> None:
        from .roles import grant_permissions

        post_migrate.connect(grant_permissions, dispatch_uid="authors.roles")
