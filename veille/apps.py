from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class VeilleConfig(AppConfig):
    name = "veille"
    verbose_name = "Veille"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers them


class DeskAdminConfig(AdminConfig):
    default_site = "veille.admin_site.DeskSite"
