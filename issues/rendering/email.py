"""HTML that mail programs show alike: every style inlined, every address absolute."""

import re
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

# A block marked `data-css-inline="keep"` stays (dark mode, narrow screens); the others are inlined
# and leave, as La Poste and SFR drop them.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_OWN_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")(/)')
_LAZY = re.compile(r' loading="lazy"')
_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")


def email_from_template(template: str, context: dict[str, Any]) -> str:
    """Render an email template and make it stand alone."""
    html = _INLINER.inline(render_to_string(template, context))
    html = _OWN_PICTURE.sub(rf"\1{settings.SITE_URL}\2", _LAZY.sub("", html))
    return _BETWEEN_TAGS.sub(">\n<", html)
