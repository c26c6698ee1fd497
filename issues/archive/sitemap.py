"""What search engines may read, and where it is (sitemaps.org; RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from authors.models import Author

from ..models import Issue, Rubric, Section, Tag
from .years import published_years


class _OurSite(Sitemap):
    """A sitemap of the site that SITE_URL names, whatever name it is asked under."""

    limit = 10_000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    @property
    def protocol(self) -> str:  # type: ignore[override]
        return urlsplit(settings.SITE_URL).scheme


class Pages(_OurSite):
    def items(self) -> list[str]:
        return ["archive:home", "archive:tags", "subscribers:sign_up", "subscribers:privacy"]

    def location(self, item: str) -> str:
        return reverse(item)


class Years(_OurSite):
    def items(self) -> list[int]:
        return list(published_years())

    def location(self, item: int) -> str:
        return reverse("archive:year", args=[item])


class Issues(_OurSite):
    def items(self) -> QuerySet[Issue]:
        last = Greatest("published_at", Coalesce(Max("errata__at"), "published_at"))
        return Issue.objects.published().annotate(changed=last).order_by("-number")

    def lastmod(self, issue: Issue) -> datetime:
        return issue.changed  # type: ignore[attr-defined]


class Sections(_OurSite):
    def items(self) -> QuerySet[Section]:
        last = Greatest("issue__published_at", Coalesce(Max("errata__at"), "issue__published_at"))
        published = Section.objects.published().select_related("issue").defer("body")
        return published.annotate(changed=last).order_by("-issue__number", "position", "pk")

    def lastmod(self, section: Section) -> datetime:
        return section.changed  # type: ignore[attr-defined]


class Authors(_OurSite):
    def items(self) -> QuerySet[Author]:
        out = Author.objects.filter(sections__issue__state=Issue.State.PUBLISHED)
        return out.distinct().order_by("slug")


class Topics(_OurSite):
    def items(self) -> QuerySet[Tag]:
        published = Issue.State.PUBLISHED
        out = Tag.objects.filter(tagged_sections__content_object__issue__state=published)
        return out.distinct().order_by("slug")


class Rubrics(_OurSite):
    def items(self) -> QuerySet[Rubric]:
        out = Rubric.objects.filter(sections__issue__state=Issue.State.PUBLISHED)
        return out.distinct().order_by("pk")


SITEMAPS: dict[str, type[Sitemap[Any]]] = {
    "pages": Pages,
    "annees": Years,
    "numeros": Issues,
    "sections": Sections,
    "auteurs": Authors,
    "themes": Topics,
    "rubriques": Rubrics,
}
# Where there is nothing to read, or only by the link of a mail.
_CLOSED = (
    "/admin/",
    "/redaction/",
    "/desabonnement/",
    "/donnees/",
    "/preferences/",
    "/avis/",
    "/liens/",
    "/relecture/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say what may be read by machines (RFC 9309). For everybody."""
    lines: Iterable[str] = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _CLOSED),
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('archive:sitemap')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
