"""Two people saving the same text: the second is told, sees both, and loses nothing."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from .. import workflow
from ..drafts import keeping, reading
from ..drafts.conflicts import Conflict
from ..drafts.form_data import TooLong, form_data
from ..drafts.merging import fitted
from ..drafts.page import Page
from ..models import Issue, Section


class VersionedForm(forms.ModelForm):
    """A form that knows which version its person opened, and refuses to write over a newer one."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Absent when the page is read-only.
        if "opened_version" in self.fields:
            self.fields["opened_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        # The instance was read when its row was held; see VersionedAdmin.
        if self.instance.pk and self.cleaned_data.get("opened_version") != self.instance.version:
            # Saving again, now that both have been seen, is a decision.
            self.data = {**self.data.dict(), self.add_prefix("opened_version"): self.instance.version}  # type: ignore[attr-defined]
            raise forms.ValidationError(
                _(
                    "Somebody saved another version since you opened this page. Nothing is lost: both stand "
                    "above, and yours is in the form below."
                ),
                code="newer_version",
            )
        return cleaned


def _issue_named(posted: QueryDict) -> int | None:
    """The key of the issue that a section's form puts it into; None where it names none that can be."""
    try:
        key = int(posted.get("issue", ""))
    except ValueError:
        return None
    return key if 0 < key < 2**63 else None


class VersionedAdmin(ModelAdmin):
    """The form of a text that several people write.

    The row is held from the comparison of the versions to the save, in one transaction: two saves at once
    are one after the other.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = dict(extra_context or {})
        kind = reading.kind_of(self.model())
        if request.method != "POST":
            thing = self.get_object(request, object_id) if object_id else None
            if thing is not None or object_id is None:
                context["writing"] = Page.opened(request, kind, thing, self._may_save(request, thing))
            return super().changeform_view(request, object_id, form_url, context)
        with transaction.atomic():
            thing = self.get_object(request, object_id) if object_id else None
            if object_id is None:
                # Before its first section's row holds it a little, and somebody else's does too.
                workflow.hold_issues(_issue_named(request.POST))
            if thing is not None:
                could_save = self.has_change_permission(request, thing)
                try:
                    workflow.lock(thing, entering=_issue_named(request.POST))
                except workflow.NotNow as error:
                    return self._came_too_late(request, kind, None, str(error))
                if could_save and not self.has_change_permission(request, thing):
                    state = {"state": thing.get_state_display()}
                    text = _("The state became “%(state)s” at this very moment.") % state
                    return self._came_too_late(request, kind, thing, text)
                if could_save:
                    answer = self._compare(request, thing, context)
                    if answer is not None:
                        return answer
            context["writing"] = Page.posted(request, kind, thing)
            return super().changeform_view(request, object_id, form_url, context)

    def _may_save(self, request: HttpRequest, thing: Any) -> bool:
        return (
            self.has_add_permission(request) if thing is None else self.has_change_permission(request, thing)
        )

    def _compare(
        self, request: HttpRequest, thing: Section | Issue, context: dict[str, Any]
    ) -> HttpResponse | None:
        """Look at what is posted beside what is saved. Gives an answer when nothing is to be saved."""
        posted = request.POST
        stale = posted.get("opened_version") != str(thing.version)
        merged = fitted(posted.dict(), thing) if stale else posted.dict()
        found = reading.differences(merged, thing)
        request.words_differ = bool(found)  # type: ignore[attr-defined]
        if not stale and "_take_theirs" not in posted:
            return None
        try:
            data = form_data(merged | {"opened_version": str(thing.version)})
        except TooLong:
            # The form says so, at the field.
            return None
        if "_take_theirs" in posted:
            return self._take_theirs(request, thing, data)
        if found:
            # Whatever becomes of this page, what was typed is kept.
            key = keeping.key_in(posted) or uuid.uuid4()
            keeping.keep(request.user, reading.kind_of(thing), thing, key, data)
            merged["draft_key"] = str(key)
            context["conflict"] = Conflict.between(thing, found)
        else:
            merged["opened_version"] = str(thing.version)
        request.POST = _with(posted, merged)  # type: ignore[assignment]
        return None

    def _came_too_late(
        self, request: HttpRequest, kind: str, thing: Section | Issue | None, reason: str
    ) -> HttpResponse:
        """Nothing can be saved any more: keep what was typed as a draft, and show where it is."""
        place = reverse(f"admin:issues_{kind}_change", args=[thing.pk]) if thing else None
        if place is None and self.has_add_permission(request):
            place = reverse(f"admin:issues_{kind}_add")
        try:
            key = keeping.key_in(request.POST) or uuid.uuid4()
            keeping.keep(request.user, kind, thing, key, form_data(request.POST.dict()))
        except TooLong as error:
            messages.error(request, f"{reason} {error}")
        else:
            kept = _("What you typed is kept as a draft.")
            messages.error(request, f"{reason} {kept}")
        return HttpResponseRedirect(place or reverse("admin:index"))

    def _take_theirs(
        self, request: HttpRequest, thing: Section | Issue, data: dict[str, str]
    ) -> HttpResponse:
        keeping.keep(
            request.user, reading.kind_of(thing), thing, keeping.key_in(request.POST) or uuid.uuid4(), data
        )
        messages.success(
            request, _("The saved version stands. Yours is set aside as a draft, to be restored.")
        )
        return HttpResponseRedirect(request.path)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete in the order in which all is held, and only what may still be deleted once it is."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with transaction.atomic():
            thing = self.get_object(request, object_id)
            if thing is not None and self.has_delete_permission(request, thing):
                try:
                    workflow.lock(thing)
                except workflow.NotNow as error:
                    messages.error(request, str(error))
                    return HttpResponseRedirect(reverse("admin:index"))
            # Asks for the right, now that nobody changes the state that it rests on.
            return super().delete_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if change and (form.has_changed() or getattr(request, "words_differ", False)):
            obj.version += 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        keeping.saved(request, keeping.key_in(request.POST))


def _with(posted: QueryDict, data: dict[str, str]) -> QueryDict:
    """A posted form with other values; what is in both alike stays as it came."""
    result = posted.copy()
    for name in set(posted) - set(data):
        del result[name]
    for name, value in data.items():
        if posted.get(name) != value:
            result[name] = value
    return result
