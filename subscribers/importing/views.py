"""Pages of an import, for those who may import. Rights and states are checked in `steps`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authors.models import User
from subscribers.exporting.writing import MAY_EXPORT
from subscribers.models import Subscriber
from veille.numbers import grouped

from . import steps, words
from .formats import BY_NAME, OTHER
from .forms import DescribeForm, UploadForm
from .records import Import, Transfer

State = Import.State
LOGGED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def transfers(request: HttpRequest) -> HttpResponse:
    """Offer to import and to export, and show who did; on POST, take a file in.

    For who may import or export; to upload, for who may import.
    """
    may_import, may_export = (request.user.has_perm(right) for right in (steps.MAY_IMPORT, MAY_EXPORT))
    if not may_import and not (may_export and request.method != "POST"):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            work = steps.upload(
                file.chunks(),
                filename=file.name,
                source=form.cleaned_data["source"],
                consent_date=form.cleaned_data["consent_date"],
                language=form.cleaned_data["language"],
                by=user_of(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("transfers:import", work.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Import and export of subscribers"),
        "form": form,
        "may_import": may_import,
        "may_export": may_export,
        "states": Subscriber.State.choices,
        "open": Import.objects.filter(state__in=Import.OPEN).select_related("by") if may_import else (),
        "log": Transfer.objects.select_related("by")[:LOGGED],
    }
    return render(request, "admin/subscribers/transfers.html", context)


@require_safe
@admin.site.admin_view
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is, and what may be done next. For who may import."""
    return _page(request, _found(request, pk))


@require_POST
@admin.site.admin_view
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what the headings of a file do not say. For who may import."""
    work = _found(request, pk)
    form = DescribeForm(request.POST, work=work)
    if not form.is_valid():
        return _page(request, work, form)
    return _ask(
        request,
        work,
        lambda: steps.describe(
            work,
            columns=form.columns,
            file_state=form.cleaned_data["file_state"],
            by=user_of(request),
        ),
    )


@require_POST
@admin.site.admin_view
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an import that was checked. For who may import."""
    work = _found(request, pk)
    return _ask(request, work, lambda: steps.confirm(work, by=user_of(request)))


@require_POST
@admin.site.admin_view
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an import up, and delete its file. For who may import."""
    work = _found(request, pk)
    return _ask(request, work, lambda: steps.cancel(work, by=user_of(request)))


@require_safe
@admin.site.admin_view
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far an import is, for its page to follow. For who may import."""
    return JsonResponse(words.progress(_found(request, pk)))


@require_safe
@admin.site.admin_view
def refused(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give all refused rows of a checked file, as long as it is there. For who may import."""
    work = _found(request, pk)
    if work.state not in (State.CHECKED, State.IMPORTING) or not work.path.exists():
        raise Http404
    return as_download(words.refused_rows(work), f"{_('refused')}-{work.pk}.csv")


def as_download(lines: Any, name: str) -> StreamingHttpResponse:
    """Give lines of CSV as a file to keep; no cache may."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def user_of(request: HttpRequest) -> User:
    """Who asks, behind `admin_view`, which lets nobody else in."""
    return cast(User, request.user)


def _found(request: HttpRequest, pk: int) -> Import:
    if not request.user.has_perm(steps.MAY_IMPORT):
        raise PermissionDenied
    return get_object_or_404(Import, pk=pk)


def _page(request: HttpRequest, work: Import, form: DescribeForm | None = None) -> HttpResponse:
    describing = work.state == State.UPLOADED
    context = {
        **admin.site.each_context(request),
        "title": _("Import of %(file)s") % {"file": work.filename},
        "work": work,
        "format": BY_NAME[work.format],
        "is_other": work.format == OTHER.name,
        "form": form or (DescribeForm(work=work) if describing else None),
        "progress": words.progress(work),
        "counts": words.counted(work.counts if work.state == State.DONE else work.foreseen),
        "refusals": words.refusals(work),
        "refused": work.foreseen.get("refused", 0),
        "rows": grouped(work.rows),
    }
    return render(request, "admin/subscribers/import.html", context)


def _ask(request: HttpRequest, work: Import, step: Callable[[], None]) -> HttpResponse:
    """Try a step, say what kept it from being done, and show the import."""
    try:
        step()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("transfers:import", work.pk)
