"""The page of links. It changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from issues.archive.withdrawn import gone
from issues.models import Issue
from subscribers.models import Subscriber
from subscribers.views import personal

from .topics import in_order_for


@personal
@require_safe
def links(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The sections and sources of a published issue, a reader's topics first. For whoever holds the link.

    Shows neither name nor address.
    """
    reader = Subscriber.objects.with_token(token).first()
    issue = Issue.objects.published().filter(number=number).first()
    withdrawn = Issue.objects.withdrawn().filter(number=number).first()
    if reader and withdrawn:
        return gone(request, withdrawn)
    if reader is None or issue is None:
        return render(request, "subscribers/unknown_link.html", status=404)
    first, others = in_order_for(issue, reader.topics)
    context = {"issue": issue, "reader": reader, "first": first, "others": others}
    return render(request, "links/links.html", context)
