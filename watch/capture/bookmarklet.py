"""The bookmarklet: an address for the bookmarks bar that opens the form with the page in it."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

# The whole address stays below 8,190 characters, the most that gunicorn reads. `\p{Surrogate}`: half a sign,
# cut off somewhere, cannot be encoded. Where no window may open, the page itself goes to the form.
SOURCE = r"""
(() => {
  const encoded = (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "")).replace(/%20/g, "+");
  const page = "PAGE?par=bookmarklet&url=" + encoded(location.href)
    + "&title=" + encoded(document.title.slice(0, 300)) + "&text=";
  const said = String(getSelection() || "").trim();
  let text = said;
  while (text && (page + encoded(text)).length > 7500) {
    text = text.slice(0, text.length * 0.9 | 0);
  }
  const there = page + encoded(text === said ? text : text + " …");
  window.open(there, "veille", "popup,width=560,height=720") || (location.href = there);
})()
"""


def bookmarklet() -> str:
    """Give the `javascript:` address, for this site."""
    code = re.sub(r"\n\s*", " ", SOURCE).strip()
    page = f"{settings.SITE_URL}{reverse('watch:capture')}"
    return "javascript:" + quote(code.replace("PAGE", page), safe="()=>{}[]!,;:&+?/*'|.")
