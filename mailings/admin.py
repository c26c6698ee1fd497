"""Mailings on the desk: looked at here, moved by the buttons of `views`, never by a form."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from .models import Delivery, Mailing
from .views import progress_of

STATE_VARIANTS = {
    Mailing.State.SENDING: "info",
    Mailing.State.PAUSED: "warning",
    Mailing.State.FINISHED: "success",
    Mailing.State.CANCELLED: "danger",
}
# So many recipients are listed by name at once on the page of a mailing.
LISTED = 200


@admin.register(Mailing)
class MailingAdmin(ModelAdmin):
    list_display = ("headline", "state_label", "sent", "planned", "created_at", "finished_at")
    list_filter = ("state",)
    fields = ()
    actions = None
    change_form_template = "admin/mailings/mailing.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mailing]:
        return super().get_queryset(request).select_related("issue").without_bytes()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mailing | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mailing | None = None) -> bool:
        return False

    @display(description=_("mailing"), ordering="issue__number")
    def headline(self, mailing: Mailing) -> str:
        return str(mailing)

    @display(description=_("state"), ordering="state", label=STATE_VARIANTS)
    def state_label(self, mailing: Mailing) -> tuple[str, str]:
        return mailing.state, mailing.get_state_display()

    @display(description=_("sent"))
    def sent(self, mailing: Mailing) -> int:
        return mailing.counts()[Delivery.State.SENT]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        mailing = self.get_object(request, object_id) if object_id else None
        context: dict[str, Any] = dict(extra_context or {})
        if mailing:
            labels = dict(Delivery.State.choices)
            progress = progress_of(mailing)
            to_look_at = mailing.deliveries.to_look_at().order_by("-settled_at", "pk")
            page = Paginator(to_look_at, LISTED).get_page(request.GET.get("page"))
            context |= {
                "mailing": mailing,
                "progress": progress,
                "rows": [(state, labels[state], count) for state, count in progress["counts"].items()],
                "to_look_at": page,
                "page_numbers": page.paginator.get_elided_page_range(page.number),
                "may_control": request.user.has_perm("mailings.control_mailing"),
            }
        return super().changeform_view(request, object_id, form_url, context)
