"""Keeping a link by a program, with a person's token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from issues.models.link import LONGEST_URL
from issues.models.tag import MOST_OF_A_SECTION, validate_tag

from .. import counting
from ..keeping import NotALink
from ..models import CaptureToken, Clip
from . import tokens
from .forms import LONGEST_NOTE, LONGEST_QUOTE
from .incoming import LONGEST_TITLE
from .taking import take_in

MOST_BYTES = 64 * 1024
FIRST_YEAR = 1990
TEXTS = ("url", "title", "note", "quote", "kept_at")


class BadCall(ValueError):
    """What was sent cannot be read; the message is for whoever writes the program."""


class LinkForm(forms.Form):
    """The texts of a call, each within its limit."""

    url = forms.CharField(max_length=LONGEST_URL)
    title = forms.CharField(max_length=LONGEST_TITLE, required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    quote = forms.CharField(max_length=LONGEST_QUOTE, required=False)
    kept_at = forms.CharField(max_length=40, required=False)

    def clean_kept_at(self) -> datetime | None:
        """Read ISO 8601; without a zone, the house's own."""
        text = self.cleaned_data["kept_at"]
        if not text:
            return None
        wrong = ValidationError(gettext_lazy("This is not a date and time: 2026-11-28T09:30:00+01:00."))
        try:
            moment = parse_datetime(text)
        except ValueError:
            raise wrong from None
        if moment is None:
            raise wrong
        if not FIRST_YEAR <= moment.year <= timezone.now().year + 1:
            raise ValidationError(gettext_lazy("This date is too far away: look at the year."))
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        if moment > timezone.now() + timedelta(minutes=5):
            raise ValidationError(gettext_lazy("This moment is still to come."))
        return moment


@csrf_exempt
@never_cache
@require_POST
def links(request: HttpRequest) -> JsonResponse:
    """Keep a link. For whoever shows a token of somebody who may: `Authorization: Bearer …` (RFC 6750).

    201 for a new clip, 200 for one that was kept before; 400, 401 and 429 say why not, in `error`. No session
    is looked at, so that no page can make a browser call it.
    """
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    token = tokens.find(text.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        problem = _(
            "This token opens nothing: show one that was not revoked, of somebody who may keep links."
        )
        return _answer(401, {"error": problem}, **{"WWW-Authenticate": "Bearer"})
    try:
        counting.count(CaptureToken.objects.filter(pk=token.pk), last_used_at=timezone.now())
    except counting.TooManyCalls as wait:
        problem = _("Too many calls. Wait %(seconds)s seconds, then try again.") % {"seconds": wait.seconds}
        return _answer(429, {"error": problem}, **{"Retry-After": str(wait.seconds)})
    try:
        asked = _read(request)
        clip, created = take_in(token.person, asked.pop("url"), via=Clip.Via.API, **asked)
    except ValidationError as error:
        fields = error.message_dict
        problem = " ".join(f"{name}: {' '.join(said)}" for name, said in fields.items())
        return _answer(400, {"error": problem, "fields": fields})
    except NotALink as error:
        return _answer(400, {"error": f"url: {error}", "fields": {"url": [str(error)]}})
    except BadCall as error:
        return _answer(400, {"error": str(error)})
    return _answer(201 if created else 200, _described(clip, created))


def _read(request: HttpRequest) -> dict[str, Any]:
    """Give what the body asks for. Raises BadCall, ValidationError."""
    try:
        body = request.body
    # More than the house reads at all, or a connection that broke off.
    except (SuspiciousOperation, OSError):
        body = b" " * (MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise BadCall(_("The body is too long: 64 kB at the most."))
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise BadCall(_("The body is not JSON in UTF-8.")) from None
    if not isinstance(asked, dict):
        raise BadCall(_("The body is not a JSON object."))
    return _texts_of(asked) | {"tags": _tags_of(asked)}


def _texts_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: asked[name] for name in TEXTS if asked.get(name) is not None}
    for name, value in given.items():
        if not _is_text(value):
            raise ValidationError({name: _("This is not a text.")})
    form = LinkForm(given)
    if not form.is_valid():
        raise ValidationError({name: [str(said) for said in errors] for name, errors in form.errors.items()})
    return form.cleaned_data


def _tags_of(asked: Mapping[str, Any]) -> list[str]:
    tags = asked.get("tags") or []
    if not isinstance(tags, list) or len(tags) > MOST_OF_A_SECTION or not all(map(_is_text, tags)):
        most = {"most": MOST_OF_A_SECTION}
        raise ValidationError({"tags": _("This is not a list of texts, %(most)d at the most.") % most})
    try:
        for tag in tags:
            validate_tag(tag)
    except ValidationError as error:
        raise ValidationError({"tags": error.messages}) from None
    return tags


def _is_text(value: object) -> bool:
    """Whether a value of JSON is a text that can be kept: half a sign ("\\ud800") cannot, nor NUL."""
    return isinstance(value, str) and "\0" not in value and value.encode(errors="replace").decode() == value


def _described(clip: Clip, created: bool) -> dict[str, Any]:
    return {
        "id": clip.pk,
        "created": created,
        "url": clip.link.url,
        "title": clip.link.title,
        "kept_at": clip.kept_at.astimezone(UTC).isoformat(),
        "page": reverse("watch:clip", args=[clip.pk]),
    }


def _answer(status: int, content: dict[str, Any], **headers: str) -> JsonResponse:
    return JsonResponse(content, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})
