"""Two people saving the same text: the second is told, sees both, and loses nothing."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from .. import workflow


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
        if self.instance.pk:
            saved = self._held()
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
            if saved.state != self.instance.state:
                # The right to write rested on the state before: it is asked for again with the next request.
                raise forms.ValidationError(
                    _(
                        "The state became “%(state)s” at this very moment. Your text is below, unsaved: "
                        "keep a copy of it, then open the page again."
                    ),
                    code="other_state",
                    params={"state": saved.get_state_display()},
                )
            self._take_over_the_rest(saved)
        return cleaned

    def _held(self) -> Any:
        """The row as it is now, held until the save: two saves at once are one after the other."""
        saved = type(self.instance)._base_manager.filter(pk=self.instance.pk).first()
        if saved is None:
            raise forms.ValidationError(_("This was deleted in the meantime."), code="deleted")
        try:
            workflow.lock(saved)
        except workflow.NotNow as error:
            raise forms.ValidationError(str(error), code="deleted") from error
        return saved

    def _take_over_the_rest(self, saved: Any) -> None:
        """What the form does not hold (state, place, …) may have moved since the row was first read."""
        for field in saved._meta.concrete_fields:
            if field.name not in self.fields:
                setattr(self.instance, field.attname, getattr(saved, field.attname))

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk and self.has_changed():
            self.instance.version += 1
        return super().save(commit)


def count_inlines(form: forms.ModelForm, formsets: Any) -> None:
    """Make a change of inlines alone a version too, so that whoever opened the page before is told."""
    if not form.has_changed() and any(formset.has_changed() for formset in formsets):
        thing = form.instance
        thing.version += 1
        # Not save(), which would write a second version into the history.
        type(thing)._base_manager.filter(pk=thing.pk).update(version=thing.version)
