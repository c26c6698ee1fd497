"""The two roles of the house, and what each may do. Made anew after each migration.

Permissions are named by app and codename, so that this module knows no other app. What a role
may do to one object (an author only to her own sections) is decided in `issues.permissions`.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

from .models import User

AUTHORS = "Auteurs"
EDITORS = "Rédaction"

PERMISSIONS: dict[str, set[str]] = {
    AUTHORS: {
        "authors.view_author",
        "issues.view_issue",
        "issues.view_section",
        "issues.add_section",
        "issues.change_section",
        "issues.view_rubric",
        "issues.view_source",
        "issues.add_source",
        "issues.change_source",
        "issues.delete_source",
        "issues.view_tag",
        "issues.view_review",
        "watch.view_subject",
        "watch.add_subject",
        "watch.add_clip",
    },
    EDITORS: {
        *(f"authors.{verb}_author" for verb in ("view", "add", "change", "delete")),
        *(f"issues.{verb}_issue" for verb in ("view", "add", "change", "delete")),
        *(f"issues.{verb}_section" for verb in ("view", "add", "change", "delete")),
        *(f"issues.{verb}_rubric" for verb in ("view", "add", "change", "delete")),
        *(f"issues.{verb}_source" for verb in ("view", "add", "change", "delete")),
        *(f"issues.{verb}_tag" for verb in ("view", "add", "change", "delete")),
        "issues.view_review",
        "issues.edit_issues",
        "issues.import_issue",
        "issues.publish_issue",
        "watch.view_subject",
        "watch.add_subject",
        "watch.change_subject",
        "watch.delete_subject",
        "watch.add_clip",
        "watch.view_proposal",
        "watch.change_proposal",
        "watch.change_turn",
        "subscribers.view_subscriber",
        "subscribers.add_subscriber",
        "subscribers.change_subscriber",
        "subscribers.import_subscriber",
        "subscribers.export_subscriber",
        "mailings.view_mailing",
        "mailings.control_mailing",
        "mailings.view_bounce",
        *(f"mailings.{verb}_welcometext" for verb in ("view", "add", "change", "delete")),
    },
}


def is_editor(user: Any) -> bool:
    """Whether the user holds the editor's right, the one that reviews and approves."""
    return user.is_active and user.has_perm("issues.edit_issues")


def grant_permissions(sender: AppConfig, **kwargs: Any) -> None:
    """Give the groups the permissions of the app that was just migrated. Idempotent.

    A permission that an administrator gave a group by hand stays.
    """
    for name, permissions in PERMISSIONS.items():
        codenames = [p.split(".")[1] for p in permissions if p.startswith(f"{sender.label}.")]
        if codenames:
            group, _ = Group.objects.get_or_create(name=name)
            group.permissions.add(
                *Permission.objects.filter(content_type__app_label=sender.label, codename__in=codenames)
            )


def add_to_role(user: User, role: str) -> None:
    """Make the user an author or an editor: the group, and the right to open the desk."""
    user.groups.add(Group.objects.get(name=role))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
