"""A mail as a program shows it that is set to light or to dark."""

import re

# The mail's own rules for dark; their condition is answered here, in the place of the browser's setting.
DARK_RULES = re.compile(r"@media\s*\(\s*prefers-color-scheme:\s*dark\s*\)")
BOTH = re.compile(r"\blight dark\b")
ANSWERS = {"dark": "@media all", "light": "@media not all"}


def in_scheme(html: str, scheme: str) -> str:
    """Give the mail as a program in this scheme shows it that follows the mail's own dark rules.

    `scheme` is `light` or `dark`; with any other the viewer's own setting decides. Programs that recolour
    mails after their own taste cannot be shown. Only the head is touched: what authors wrote stays.
    """
    if scheme not in ANSWERS:
        return html
    head, body_tag, rest = html.partition("<body")
    head = BOTH.sub(scheme, DARK_RULES.sub(ANSWERS[scheme], head))
    return head + body_tag + rest
