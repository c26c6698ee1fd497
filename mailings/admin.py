"""Mailings on the desk: looked at here, moved by the buttons of `views`, never by a form."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from . import control, outcomes, recipients
from .bounces.admin import BounceAdmin
from .destinations import rules
from .models import Delivery, Mailing
from .progress import progress_of
from .welcome.admin import WelcomeTextAdmin
from .words import BAR
from .words import figures as figures_of

__all__ = ["BounceAdmin", "MailingAdmin", "WelcomeTextAdmin"]

STATE_VARIANTS = {
    Mailing.State.SENDING: "info",
    Mailing.State.PAUSED: "warning",
    Mailing.State.FINISHED: "success",
    Mailing.State.CANCELLED: "danger",
}


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
        context = dict(extra_context or {})
        if mailing:
            context |= page_of_mailing(mailing, request)
        return super().changeform_view(request, object_id, form_url, context)


def page_of_mailing(mailing: Mailing, request: HttpRequest) -> dict[str, Any]:
    """What the page of a mailing shows. Buttons are for those who may control it."""
    progress = progress_of(mailing)
    figures = figures_of(progress)
    listings = recipients.listings(progress.counts)
    listing = recipients.chosen(listings, request.GET.get("state"))
    many, asked = mailing.planned > outcomes.GROUPED_UNASKED, "domains" in request.GET
    page = recipients.page_of(mailing, listing, request.GET.get("page")) if listing else None
    return {
        "title": capfirst(mailing._meta.verbose_name),
        "mailing": mailing,
        "progress": figures,
        "states": [(state, Delivery.State(state).label, figures["words"][f"count_{state}"]) for state in BAR],
        "listings": listings,
        "listing": listing,
        "to_look_at": page,
        "page_numbers": recipients.page_numbers(page) if page else (),
        "retriable": control.RETRIABLE,
        "search": _search(mailing, request.GET.get("address", "")),
        "over_time": outcomes.over_time(mailing),
        "by_domain": outcomes.by_domain(mailing) if asked or not many else None,
        "domains_on_demand": many,
        "journal": mailing.journal.select_related("actor"),
        "rules": [(", ".join(sorted(rule.domains)), rule) for rule in rules().values()],
        "highest_limit": control.HIGHEST_LIMIT,
        "may_control": request.user.has_perm("mailings.control_mailing"),
    }


def _search(mailing: Mailing, address: str) -> dict[str, Any]:
    if not address.strip():
        return {}
    try:
        return {"address": address, "deliveries": recipients.find(mailing, address)}
    except ValidationError as error:
        return {"address": address, "errors": error.messages}
