"""Accounts, groups and authors on the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminImageFieldWidget

from pictures.portrait import square

from .models import Author, User
from .second_step import may_take_away
from .signals import author_renamed

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = (
        "username",
        "first_name",
        "last_name",
        "email",
        "is_staff",
        "is_active",
        "has_second_step",
    )
    # Nobody deletes accounts by the dozen.
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        phones = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(has_second_step=Exists(phones))

    @display(description=_("two steps"), ordering="has_second_step", boolean=True)
    def has_second_step(self, user: User) -> bool:
        return user.has_second_step  # type: ignore[attr-defined]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        offered = user is not None and may_take_away(request.user, user)
        extra_context = {**(extra_context or {}), "may_take_second_step_away": offered}
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass


class AuthorForm(forms.ModelForm):
    # Not Django's own field for pictures: it decodes whatever is sent.
    portrait = forms.FileField(
        label=Author._meta.get_field("portrait").verbose_name,
        help_text=Author._meta.get_field("portrait").help_text,
        required=False,
        widget=UnfoldAdminImageFieldWidget(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
    )

    class Meta:
        model = Author
        fields = ("name", "user", "bio", "website", "portrait", "slug")

    def clean_portrait(self) -> Any:
        given = self.cleaned_data["portrait"]
        return square(given) if isinstance(given, UploadedFile) else given


@admin.register(Author)
class AuthorAdmin(ModelAdmin):
    form = AuthorForm
    list_display = ("name", "kind", "section_count")
    search_fields = ("name", "user__username")
    ordering = ("name",)
    fields = ("name", "user", "bio", "website", "portrait", "slug")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        return super().get_queryset(request).select_related("user").annotate(signed=Count("bylines"))

    def save_model(self, request: HttpRequest, obj: Author, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            author_renamed.send(sender=Author, author=obj, by=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Author | None = None) -> Any:
        # Links to the public page are for ever, once the author is there.
        return ("slug",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Author | None = None) -> Any:
        return self.fields if obj else self.fields[:-1]

    @display(description=_("account"), label={"guest": "default", "member": "info"})
    def kind(self, author: Author) -> tuple[str, Any]:
        return ("member", author.user.get_username()) if author.user else ("guest", _("guest"))

    @display(description=_("sections"), ordering="signed")
    def section_count(self, author: Author) -> int:
        return author.signed  # type: ignore[attr-defined]
