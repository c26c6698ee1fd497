"""Proving who one is by the password, in the middle of the work: counted like a login."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm


def is_own(request: HttpRequest, password: str) -> bool:
    """Whether it is the password of who asks. Wrong ones end in the page that says "too many attempts"."""
    return authenticate(request, username=request.user.get_username(), password=password) is not None


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A new password, for who knows the one before."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if not is_own(self.request, password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class OwnPasswordView(PasswordChangeView):
    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}
