"""Putting right on the web what has gone out."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ... import correcting, workflow
from ...belongings import SourceLine, sources_of
from ...models import Issue, Section
from ..correction_forms import BylineFormSet, IssueCorrectionForm, SectionCorrectionForm, SourceFormSet
from .access import back_to, issue_for, section_for


@admin.site.admin_view
def section_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a published section on its page, with an erratum for the readers. For editors."""
    section = section_for(request, pk)
    _need_right(request, section, section.issue)
    posted = request.POST or None
    form = SectionCorrectionForm(
        posted, initial={"title": section.title, "body": section.body, "version": section.version}
    )
    byline = BylineFormSet(
        posted, prefix="bylines", initial=[{"author": author.pk} for author in section.byline()]
    )
    sources = SourceFormSet(
        posted, prefix="sources", initial=[source._asdict() for source in sources_of(section)]
    )
    if request.method == "POST" and all([form.is_valid(), byline.is_valid(), sources.is_valid()]):
        try:
            correcting.correct_on_the_web(
                section,
                by=request.user,
                byline=[one.cleaned_data["author"] for one in byline.ordered_forms],
                sources=[
                    SourceLine(*(one.cleaned_data[name] for name in SourceLine._fields))
                    for one in sources.ordered_forms
                ],
                **form.cleaned_data,
            )
        except workflow.NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except workflow.NotNow as error:
            form.add_error(None, str(error))
        else:
            return _done(request, section)
    lists = [(_("Byline, in order"), byline), (_("Sources, printed at the end"), sources)]
    return _page(request, section, form, lists, section.errata.select_related("by"))


@admin.site.admin_view
def issue_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the title or the words of a published issue, with an erratum. For editors."""
    issue = issue_for(request, pk)
    _need_right(request, issue, issue)
    initial = {name: getattr(issue, name) for name in ("version", "title", "introduction", "closing")}
    form = IssueCorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correcting.correct_issue_on_the_web(issue, by=request.user, **form.cleaned_data)
        except workflow.NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except workflow.NotNow as error:
            form.add_error(None, str(error))
        else:
            return _done(request, issue)
    return _page(request, issue, form, [], issue.errata.select_related("by"))


def _need_right(request: HttpRequest, thing: Section | Issue, issue: Issue | None) -> None:
    if issue is None or not issue.is_out:
        raise Http404
    if not correcting.may_correct(request.user, thing):
        raise PermissionDenied


def _done(request: HttpRequest, thing: Section | Issue) -> HttpResponse:
    messages.success(request, _("Corrected on the web; the erratum stands on the page."))
    return back_to(thing)


def _page(request: HttpRequest, thing: Section | Issue, form: Any, lists: Any, errata: Any) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Correct on the web"),
        "thing": thing,
        "back": f"admin:issues_{thing._meta.model_name}_change",
        "form": form,
        "lists": lists,
        "opts": thing._meta,
        "errata": errata,
    }
    return render(request, "admin/issues/correct.html", context)
