"""Two people saving the same text: the second is told, sees both, and loses nothing."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _


class VersionedForm(forms.ModelForm):
    """A form that knows which version its person opened, and refuses to write over a newer one."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    newer: Model | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Absent when the page is read-only.
        if "opened_version" in self.fields:
            self.fields["opened_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and self.has_changed():
            # The row is held until the save: two saves at once are one after the other.
            model = type(self.instance)
            saved = model._base_manager.select_for_update().get(pk=self.instance.pk)
            if self.cleaned_data.get("opened_version") != saved.version:
                self.newer = saved
                # Saving again, now that both have been seen, is a decision.
                self.data = {**self.data.dict(), self.add_prefix("opened_version"): saved.version}  # type: ignore[attr-defined]
                raise forms.ValidationError(
                    _(
                        "Somebody saved another version since you opened this page. Yours is below, "
                        "unsaved; the other stands above it. Bring them together, then save again."
                    ),
                    code="newer_version",
                )
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk and self.has_changed():
            self.instance.version += 1
        return super().save(commit)
