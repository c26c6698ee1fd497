"""What came back, to look at; and what to believe, where too much came back at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from ..models import Bounce

KINDS = {Bounce.Kind.HARD: "danger", Bounce.Kind.COMPLAINT: "danger", Bounce.Kind.SOFT: "warning"}


@admin.register(Bounce)
class BounceAdmin(ModelAdmin):
    """For who holds the permission to view bounces; nobody adds, changes or deletes one here."""

    list_display = ["at", "kind_label", "status", "reader", "issue", "diagnostic", "source", "state"]
    list_filter = ["state", "kind", "source"]
    list_select_related = ["delivery__mailing__issue", "delivery__subscriber"]
    list_before_template = "admin/mailings/bounces_held.html"
    search_fields = ["delivery__address"]
    search_help_text = _("A whole address, or its beginning")
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50
    actions = None
    fields = ["at", "kind", "status", "reader", "issue", "diagnostic", "source", "state"]

    @display(description=_("what"), ordering="kind", label=KINDS)
    def kind_label(self, bounce: Bounce) -> tuple[str, str]:
        return bounce.kind, bounce.get_kind_display()

    @display(description=_("reader"))
    def reader(self, bounce: Bounce) -> str:
        subscriber = bounce.delivery.subscriber
        if subscriber is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:subscribers_subscriber_change", args=[subscriber.pk]),
            bounce.delivery.address,
        )

    @display(description=_("issue"))
    def issue(self, bounce: Bounce) -> str:
        return str(bounce.delivery.mailing.issue)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        held = Bounce.objects.filter(state=Bounce.State.HELD).count()
        return super().changelist_view(request, {**(extra_context or {}), "held": held})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Bounce | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Bounce | None = None) -> bool:
        return False


def badge(request: HttpRequest) -> str | None:
    """How many wait for a decision, for the menu."""
    if not request.user.has_perm("mailings.view_bounce"):
        return None
    held = Bounce.objects.filter(state=Bounce.State.HELD).count()
    return str(held) if held else None
