"""Endpoints of what is new. Each person reads, marks and chooses for herself alone."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ...models import Issue, Section
from ...permissions import visible_sections
from ...thread import news, telling
from ..forms import MailForm, SeenForm


@require_safe
@admin.site.admin_view
def what_is_new(request: HttpRequest) -> HttpResponse:
    """What the person was told of. For staff, each her own."""
    unseen = news.unseen(request.user)
    return _page(
        request,
        "news",
        title=_("What is new"),
        unseen=unseen,
        recent=news.recent(request.user),
        latest=max((notice.review_id for group in unseen for notice in group.notices), default=0),
    )


@require_POST
@admin.site.admin_view
def seen(request: HttpRequest) -> HttpResponse:
    """Take notices as seen: of a thread up to an entry, or all. For staff, each her own."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    asked = form.cleaned_data
    thing: Section | Issue | None = None
    if asked["section"]:
        thing = visible_sections(request.user).filter(pk=asked["section"]).first()
    elif asked["issue"]:
        thing = Issue.objects.filter(pk=asked["issue"]).first()
    if asked["section"] or asked["issue"]:
        if thing:
            telling.see(request.user, thing=thing, until=asked["until"])
        return HttpResponse(status=204)
    telling.see(request.user, until=asked["until"])
    return redirect("issues:news")


@admin.site.admin_view
def my_notifications(request: HttpRequest) -> HttpResponse:
    """Whether mails are sent of what is new. For staff, each for herself alone."""
    # A box that is not ticked is not sent: an empty POST is an answer, too.
    form = MailForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your choice is kept."))
        return redirect("issues:my-notifications")
    return _page(request, "my_notifications", title=_("My notifications"), form=form)


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    return render(request, f"admin/issues/{name}.html", {**admin.site.each_context(request), **context})
