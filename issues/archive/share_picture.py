"""The picture that other sites show beside a link to an issue: its title, drawn once for each title."""

from __future__ import annotations

import hashlib
import io
import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe
from font_source_serif_pro import SourceSerifProBold, SourceSerifProSemibold
from PIL import Image, ImageDraw, ImageFont

from ..models import Issue
from .withdrawn import or_gone

# What networks ask for; drawn smaller than they show it, letters would blur.
SIZE = (1200, 630)
_PAPER, _INK, _ACCENT = "#fbf8f3", "#1f2430", "#b4432f"
_MARGIN, _LINES = 90, 4
# The font has letters, not emoji, and draws a box for what it lacks.
_NO_LETTER = re.compile("[^\u0020-\u024f\u1e00-\u1eff\u2010-\u2027\u202f\u20ac]")
# Raise it with each change of the drawing.
_VERSION = 1


class Title(NamedTuple):
    """What is drawn."""

    newsletter: str
    number: str
    title: str


@require_safe
@or_gone
def share_picture(request: HttpRequest, number: int) -> HttpResponse:
    """Give the picture of a published issue (PNG). For everybody; 404 for what is not published."""
    issue = get_object_or_404(Issue.objects.published(), number=number)
    response = HttpResponse(drawn(title_of(issue)), content_type="image/png")
    # Its address holds a digest of what is drawn, see `digest_of`.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def title_of(issue: Issue) -> Title:
    with override(settings.NEWSLETTER["language"]):
        number = _("No. %(number)s") % {"number": issue.number}
    return Title(settings.NEWSLETTER["name"], number, issue.title)


def digest_of(issue: Issue) -> str:
    """Give what changes with the drawing, for the address: a picture is kept by others for long."""
    text = "\0".join([str(_VERSION), *title_of(issue)])
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


@lru_cache(maxsize=64)
def drawn(title: Title) -> bytes:
    """Draw the picture; PNG. No title is too long: it is cut after four lines."""
    picture = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 24, SIZE[1]), fill=_ACCENT)
    small = ImageFont.truetype(SourceSerifProSemibold, 40)
    draw.text((_MARGIN, 76), _letters(title.newsletter), font=small, fill=_INK)
    draw.text((_MARGIN, SIZE[1] - 116), _letters(title.number), font=small, fill=_ACCENT)
    width = SIZE[0] - 2 * _MARGIN
    for size in (92, 76, 64):
        font = ImageFont.truetype(SourceSerifProBold, size)
        lines = _broken(_letters(title.title), font, width)
        if len(lines) <= _LINES - (size > 76):
            break
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1]} …"]
    height = round(1.18 * size)
    top = (SIZE[1] - height * len(lines)) // 2
    for place, line in enumerate(lines):
        draw.text((_MARGIN, top + place * height), line, font=font, fill=_INK)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _letters(text: str) -> str:
    return " ".join(_NO_LETTER.sub("", text.replace("\u202f", " ")).split())


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break a text at its spaces; a word that is wider than the line is cut."""
    lines = [""]
    for word in text.split():
        while font.getlength(word) > width:
            word = word[:-1]
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
