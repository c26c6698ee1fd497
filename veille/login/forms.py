"""What is typed on the pages of the second step."""

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from authors import second_step

from .passwords import is_own

# A secret that was shown and never confirmed is good for so long, in seconds.
SHOWN_FOR = 3600
SALT = "veille.second-step"


class CodeForm(forms.Form):
    """A code of the phone, or a recovery code; `verify()` uses it up."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=32,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
                "class": "login-code",
            }
        ),
    )

    def __init__(self, *args: Any, user: Any, recovery: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.is_too_often = False
        if recovery:
            self.fields["code"].label = _("Recovery code")
            self.fields["code"].widget.attrs |= {"autocomplete": "off", "inputmode": "text"}

    def verify(self) -> Any:
        """Give the device that the code came from; without a right one the form says what is wrong."""
        if not self.is_valid():
            return None
        return self._looked_at("code", lambda: second_step.verify(self.user, self.cleaned_data["code"]))

    def _looked_at(self, field: str, look: Any) -> Any:
        try:
            return look()
        except second_step.WrongCode:
            self.add_error(
                field, _("This code is not right, or was used already. The phone soon shows another.")
            )
        except second_step.TooManyCodes as wait:
            self.is_too_often = True
            self.add_error(
                field,
                _("Too many wrong codes. Wait %(seconds)s seconds, then try again.")
                % {"seconds": wait.seconds},
            )
        return None


class SetUpForm(CodeForm):
    """A new phone: its secret, a code that it shows, and a proof that it is the person who asks.

    The proof is a code of the phone in use, or the password where there is none. Nothing is kept before all
    is right: the secret goes to the page and back, signed and bound to the account.
    """

    secret = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Current password"),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )
    current = forms.CharField(
        label=_("Code of the phone in use"),
        help_text=_("Or a recovery code."),
        max_length=32,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "class": "login-code"}),
    )
    field_order = ["secret", "current", "code", "password"]

    def __init__(self, *args: Any, user: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.request = request
        self.changes = second_step.phone_of(user) is not None
        del self.fields["password" if self.changes else "current"]
        self.fields["code"].label = _("Code that the app shows")
        self.key = self._key()
        self.initial["secret"] = signing.dumps({"user": user.pk, "key": self.key}, salt=SALT)

    def _key(self) -> str:
        """Give the secret that the page showed, or a new one."""
        sent = self.data.get("secret", "")
        try:
            shown = signing.loads(sent, salt=SALT, max_age=SHOWN_FOR)
        except signing.BadSignature:
            shown = {}
        self.was_shown = shown.get("user") == self.user.pk
        return str(shown["key"]) if self.was_shown else second_step.new_phone(self.user).key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.was_shown:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["secret"] = self.initial["secret"]  # type: ignore[index]
            self.add_error(None, _("This page was open for too long. Scan the new picture."))
        elif not self.errors and not self.changes and not is_own(self.request, cleaned["password"]):
            self.add_error("password", _("This is not your password."))
        return cleaned

    def set_up(self) -> Any:
        """Give the phone and the recovery codes; without all that is needed the form says what is wrong."""
        if not self.is_valid():
            return None
        typed = self.cleaned_data
        if not second_step.shows(self.key, typed["code"]):
            self.add_error("code", _("The app shows another code. Is the clock of the phone right?"))
            return None
        # Only now: the code of the phone in use is good once.
        if self.changes and not self._looked_at(
            "current", lambda: second_step.verify(self.user, typed["current"])
        ):
            return None
        return self._looked_at("code", lambda: second_step.set_up(self.user, self.key, typed["code"]))
