"""The public form for proposing a subject, and the page where editors decide."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issues.models import Issue
from issues.workflow import NotAllowed, NotNow
from veille.client_ip import client_ip, network_of

from ..models import Proposal
from . import deciding, limits
from .forms import AcceptForm, ProposalForm

A_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """The form for proposing a subject. For everybody; what comes in is shown to editors alone."""
    if request.method != "POST":
        return _form(request, ProposalForm())
    form = ProposalForm(request.POST)
    if form.fell_into_the_trap:
        return redirect("proposals:thanks")
    if not form.is_valid():
        return _form(request, form, status=422)
    network = network_of(client_ip(request))
    if limits.has_proposed_enough(network) or limits.is_flooded():
        form.add_error(None, _("Very many proposals came in just now. Please send yours in an hour."))
        return _form(request, form, status=429)
    proposal = form.save(commit=False)
    proposal.language = (get_language() or "")[:10]
    proposal.save()
    limits.note(network)
    return redirect("proposals:thanks")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """What comes after the form. For everybody."""
    return render(request, "watch/proposal_thanks.html")


@require_safe
@admin.site.admin_view
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals that wait, and those decided on lately. For editors."""
    if not deciding.may_decide(request.user):
        raise PermissionDenied
    waiting = Proposal.objects.filter(state=Proposal.State.WAITING).select_related("rubric")
    decided = Proposal.objects.exclude(state=Proposal.State.WAITING).select_related("decided_by")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Proposals"),
        "page": Paginator(waiting, A_PAGE).get_page(request.GET.get("page")),
        "decided": decided.order_by("-decided_at", "-pk")[:A_PAGE],
        "issues": Issue.objects.in_the_making(),
    }
    return render(request, "admin/watch/proposals.html", context)


@require_POST
@admin.site.admin_view
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline a proposal. For editors; once."""
    if not deciding.may_decide(request.user):
        raise PermissionDenied
    proposal = get_object_or_404(Proposal, pk=pk)
    form = AcceptForm(request.POST)
    try:
        if request.POST.get("action") == "decline":
            deciding.decline(proposal, by=request.user)
            messages.success(request, _("Declined."))
        elif request.POST.get("action") == "accept" and form.is_valid():
            deciding.accept(proposal, by=request.user, issue=form.cleaned_data["issue"])
            messages.success(request, _("Accepted: it is a free subject now, for whoever takes it."))
        else:
            messages.error(request, _("This cannot be done."))
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except NotNow as error:
        messages.error(request, str(error))
    return redirect("watch:proposals")


def badge(request: HttpRequest) -> str:
    """The number of proposals that wait, for the menu."""
    count = Proposal.objects.filter(state=Proposal.State.WAITING).count()
    return str(count) if count else ""


def _form(request: HttpRequest, form: ProposalForm, *, status: int = 200) -> HttpResponse:
    return render(request, "watch/propose.html", {"form": form}, status=status)
