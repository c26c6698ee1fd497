"""The sources of one's links: feed, webhooks, files. Each person sees and changes her own alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issues.workflow import WorkflowError

from ..keeping import may_keep
from ..models import Clip, Hook, SavedFeed
from .feeds import choosing
from .feeds.words import explain
from .files import foreseeing, importing, uploads
from .files.bounds import Unreadable
from .forms import FeedForm, FileForm, KindForm, SecretForm
from .hooks import keys

View = Callable[..., HttpResponse]
# Of what would come in, so many are shown.
SHOWN = 50


def _for_who_keeps(view: View) -> View:
    """Let in staff who may keep links; no cache keeps the page, which shows keys."""

    @never_cache
    @admin.site.admin_view
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_keep(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_for_who_keeps
def sources(request: HttpRequest) -> HttpResponse:
    """Show a person her own feed and webhooks, and where to bring a file. For staff who may keep links."""
    return _page(request)


@require_POST
@_for_who_keeps
def feed_choose(request: HttpRequest) -> HttpResponse:
    """Keep the address of one's feed, once it was read. For staff who may keep links, each her own."""
    form = FeedForm(request.POST)
    if form.is_valid():
        try:
            messages.success(request, choosing.choose(request.user, form.cleaned_data["url"]))
            return redirect("watch:sources")
        except WorkflowError as error:
            form.add_error("url", str(error))
    return _page(request, feed_form=form)


@require_POST
@_for_who_keeps
def feed_give_up(request: HttpRequest) -> HttpResponse:
    """Read one's feed no more. For staff who may keep links, each her own."""
    choosing.give_up(request.user)
    messages.success(request, _("The feed is not read any more. What came from it stays."))
    return redirect("watch:sources")


@require_POST
@_for_who_keeps
def hook_make(request: HttpRequest) -> HttpResponse:
    """Make one's webhook of a kind. For staff who may keep links, each her own."""
    form = KindForm(request.POST)
    if form.is_valid():
        keys.make(request.user, form.cleaned_data["kind"])
    return redirect("watch:sources")


@require_POST
@_for_who_keeps
def hook_secret(request: HttpRequest) -> HttpResponse:
    """Keep the secret by which one's Miniflux signs. For staff who may keep links, each her own."""
    form = SecretForm(request.POST)
    if form.is_valid():
        try:
            keys.tell_secret(request.user, form.cleaned_data["secret"])
            messages.success(request, _("The secret is kept: what you save in Miniflux comes in."))
            return redirect("watch:sources")
        except WorkflowError as error:
            form.add_error("secret", str(error))
    return _page(request, secret_form=form)


@require_POST
@_for_who_keeps
def hook_revoke(request: HttpRequest) -> HttpResponse:
    """Close one's webhook of a kind. For staff who may keep links, each her own."""
    form = KindForm(request.POST)
    if form.is_valid():
        keys.revoke(request.user, form.cleaned_data["kind"])
        messages.success(request, _("The webhook is closed: nobody gets in by its address any more."))
    return redirect("watch:sources")


@require_POST
@_for_who_keeps
def file_bring(request: HttpRequest) -> HttpResponse:
    """Take a file to be looked at; no link comes in yet. For staff who may keep links."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            token = uploads.keep(form.cleaned_data["file"].chunks(), request.user)
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect("watch:file", token)
    return _page(request, file_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_who_keeps
def file(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a file would bring in; on POST, bring it in. For who brought it, within a day."""
    try:
        data = uploads.find(token, request.user)
        if request.method == "POST":
            return _bring_in(request, token, data)
        foreseen = foreseeing.foresee(request.user, data)
    except uploads.Forgotten:
        messages.error(request, _("This file is not here any more: bring it again."))
        return redirect("watch:sources")
    except Unreadable as error:
        uploads.forget(token, request.user)
        messages.error(request, str(error))
        return redirect("watch:sources")
    context = {
        **admin.site.each_context(request),
        "title": _("What this file would bring in"),
        "foreseen": foreseen,
        "unread": sum(not importing.is_read(wanted.item) for wanted in foreseen.new),
        "shown": foreseen.new[:SHOWN],
        "refused": foreseen.refused[:SHOWN],
    }
    return render(request, "admin/watch/bringing/file.html", context)


def _bring_in(request: HttpRequest, token: str, data: bytes) -> HttpResponse:
    new = importing.bring_in(request.user, data)
    uploads.forget(token, request.user)
    text = ngettext("%(n)d link was brought in.", "%(n)d links were brought in.", new)
    messages.success(request, text % {"n": new} if new else _("You had all of these links already."))
    return redirect("watch:sources")


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    feed = SavedFeed.objects.filter(person=request.user.pk).first()
    hooks = {hook.kind: hook for hook in Hook.objects.filter(person=request.user.pk)}
    context = {
        **admin.site.each_context(request),
        "title": _("Sources of links"),
        "feed": feed,
        "failure": explain(feed.last_error) if feed else "",
        "from_feed": Clip.objects.filter(person=request.user.pk, via=Clip.Via.FEED).count(),
        "miniflux": hooks.get(Hook.Kind.MINIFLUX),
        "json": hooks.get(Hook.Kind.JSON),
        "addresses": {hook.kind: keys.address(hook) for hook in hooks.values()},
        "feed_form": FeedForm(initial={"url": feed.url if feed else ""}),
        "secret_form": SecretForm(),
        "file_form": FileForm(),
        **forms,
    }
    return render(request, "admin/watch/bringing/sources.html", context)
