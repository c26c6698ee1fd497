"""HTML that mail programs show alike: every style inlined, every address absolute."""

import re
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

# A block marked `data-css-inline="keep"` stays (dark mode, narrow screens); the others are inlined
# and leave, as La Poste and SFR drop them.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_PICTURE = re.compile(r"<img\b[^>]*>")
_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')
# The text column: 600 px less its margins. Outlook obeys the attributes alone.
COLUMN_WIDTH = 520
# Nothing is given back once taken: a long run of blank lines costs linear time.
_BETWEEN_TAGS = re.compile(r">(?=[^\S\n]*+\n)\s++<")


def email_from_template(template: str, context: dict[str, Any]) -> str:
    """Render an email template and make it stand alone."""
    html = _INLINER.inline(render_to_string(template, context))
    return _BETWEEN_TAGS.sub(">\n<", _PICTURE.sub(_fit_picture, html))


def _fit_picture(picture: re.Match[str]) -> str:
    tag = picture[0].replace(' loading="lazy"', "").replace('src="/', f'src="{settings.SITE_URL}/')
    return _SIZE.sub(_fit_size, tag)


def _fit_size(size: re.Match[str]) -> str:
    width, height = int(size[1]), int(size[2])
    fitted = min(width, COLUMN_WIDTH)
    return f'width="{fitted}" height="{max(1, round(height * fitted / width))}"'
