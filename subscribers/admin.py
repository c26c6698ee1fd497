"""The newsroom's door to its readers: it looks, notes an address, corrects a name; it changes no state."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from . import consent, suppression
from .addresses import normalise
from .disposable import is_disposable
from .models import ConsentEvent, Subscriber


class SubscriberForm(forms.ModelForm):
    """Refuses an address that is known in whatever spelling, or suppressed."""

    class Meta:
        model = Subscriber
        fields = ["email", "name", "language"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if Subscriber.objects.filter(address=normalise(email)).exists():
            raise ValidationError(_("This address is known already."), code="unique")
        suppression.refuse_suppressed(email)
        return email


class ConsentHistory(TabularInline):
    """The evidence, to be read only."""

    model = ConsentEvent
    fields = readonly_fields = ["at", "kind", "wording", "wording_version", "language", "page", "ip", "by"]
    extra = 0
    max_num = 0
    can_delete = False
    show_title = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # However many rows a form says that it has.
        return super().get_formset(request, obj, **kwargs | {"absolute_max": 200})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("subscribers.view_subscriber")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InAPause(admin.SimpleListFilter):
    title = _("in a pause")
    parameter_name = "pause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        paused = Q(state=Subscriber.State.ACTIVE, paused_until__gt=Now())
        return {"yes": queryset.filter(paused), "no": queryset.exclude(paused)}.get(
            self.value() or "", queryset
        )


@admin.register(Subscriber)
class SubscriberAdmin(ModelAdmin):
    """For who holds the permissions on subscribers; a state is only ever changed by `consent`."""

    form = SubscriberForm
    change_form_outer_before_template = "admin/subscribers/subscriber/before.html"
    list_before_template = "admin/subscribers/subscriber/list_before.html"
    list_display = ["email", "name", "state_badge", "language", "created_at", "confirmed_at", "left_at"]
    list_filter = ["state", InAPause, "language", "format"]
    search_fields = ["email", "address", "name"]
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False
    history = [
        "state",
        "created_at",
        "confirmation_asked_at",
        "confirmation_sent_at",
        "confirmed_at",
        "paused_until",
        "left_at",
        "format",
    ]

    @display(
        description=_("state"),
        ordering="state",
        label={
            Subscriber.State.PENDING: "warning",
            Subscriber.State.ACTIVE: "success",
            Subscriber.State.BOUNCED: "danger",
            Subscriber.State.COMPLAINED: "danger",
        },
    )
    def state_badge(self, subscriber: Subscriber) -> tuple[str, str]:
        if subscriber.is_paused:
            return Subscriber.State.PENDING, str(_("in a pause"))
        return subscriber.state, subscriber.get_state_display()

    def get_fieldsets(self, request: HttpRequest, obj: Subscriber | None = None) -> Any:
        if obj is None:
            note = _("The address gets a mail with a link, and is subscribed once its reader has confirmed.")
            return [(None, {"fields": ["email", "name", "language"], "description": note})]
        return [(None, {"fields": ["email", "name", "language"]}), (_("History"), {"fields": self.history})]

    def get_readonly_fields(self, request: HttpRequest, obj: Subscriber | None = None) -> list[str]:
        return self.history if obj is None else ["email", *self.history]

    def get_inlines(self, request: HttpRequest, obj: Subscriber | None) -> list[type[ConsentHistory]]:
        return [ConsentHistory] if obj else []

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except ValidationError as error:
            # Somebody else added the address between the form's look and ours.
            messages.error(request, " ".join(error.messages))
            return redirect("admin:subscribers_subscriber_changelist")

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name", "language"])
            return
        added = consent.add_by_newsroom(obj.email, name=obj.name, language=obj.language, by=request.user)
        obj.pk = added.pk
        obj.refresh_from_db()
        messages.info(request, _("The address gets a mail now, to confirm."))
        if is_disposable(obj.email):
            messages.warning(request, _("This service lends addresses for a short time only."))
