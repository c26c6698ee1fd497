"""The page behind the three links under a section. A GET shows it; only its buttons act."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from issues.models import Section
from subscribers.views import personal

from ..models import Reaction
from . import receiving
from .forms import ReplyForm


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str, section: int) -> HttpResponse:
    """An opinion of a section, or words to its authors. For whoever holds the link of a mail.

    `?choix=` names the link that was followed, and chooses nothing by itself: mail scanners follow links.
    """
    delivery = receiving.delivery_of(token, section)
    if delivery is None:
        return render(request, "subscribers/unknown_link.html", status=404)
    status, thanked = 200, ""
    form = ReplyForm()
    if request.method == "POST":
        if (value := request.POST.get("value")) in Reaction.Value.values:
            receiving.react(delivery, section, value)
            thanked = "reaction"
        else:
            form = ReplyForm(request.POST)
            status = 422
            if form.is_valid():
                try:
                    receiving.reply(delivery, section, form.cleaned_data["text"])
                except receiving.TooManyReplies as error:
                    form.add_error(None, str(error))
                    status = 429
                else:
                    status, thanked, form = 200, "reply", ReplyForm()
    context = {
        "section": Section.objects.prefetch_related("bylines__author").get(pk=section),
        "form": form,
        "thanked": thanked,
        "given": receiving.previous(delivery, section),
        "values": Reaction.Value.choices,
        "wanted": request.GET.get("choix", ""),
    }
    return render(request, "answers/answer.html", context, status=status)
