"""Links: whether they lead somewhere, and whether readers have been there with us already."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..links.addresses import is_ours
from ..models import LinkLookup
from ..rendering.markdown import leads_outside
from .dossier import Dossier, PlacedLink
from .registry import CheckMessage, register
from .wording import place_of

State, Reason = LinkLookup.State, LinkLookup.Reason

SHOWN_CHARACTERS = 80


@register("issues.E007")
def to_the_web(dossier: Dossier) -> Iterator[CheckMessage]:
    for link in dossier.links:
        if not leads_outside(link.url):
            yield _message(
                "issues.E007",
                link,
                _("A link of %(place)s leads nowhere: %(url)s"),
                hint=_("Links begin with https://, http:// or mailto:; readers get the words alone."),
            )


@register("issues.W007", "issues.W016", "issues.I002", "issues.I003", "issues.I004")
def answers(dossier: Dossier) -> Iterator[CheckMessage]:
    if not settings.VEILLE_CHECK_LINKS:
        return
    waiting = 0
    for url, link in _distinct(dossier).items():
        lookup = dossier.lookups.get(url)
        if lookup is None or lookup.state == State.UNKNOWN:
            waiting += 1
        elif lookup.state == State.DEAD:
            yield _message(
                "issues.W007",
                link,
                _("A link of %(place)s is dead: %(url)s"),
                hint=_("%(answer)s, more than once.") % {"answer": lookup.answer},
            )
        elif lookup.state == State.FAILING:
            yield _message(
                "issues.I004",
                link,
                _("A link of %(place)s did not answer: %(url)s"),
                hint=_("%(answer)s; it is asked again soon.") % {"answer": lookup.answer},
            )
        elif lookup.reason == Reason.PRIVATE:
            yield _message(
                "issues.W016",
                link,
                _("A link of %(place)s leads into a private network: %(url)s"),
                hint=_("Readers cannot follow it."),
            )
        elif lookup.state == State.UNCLEAR:
            yield _message(
                "issues.I002",
                link,
                _("Whether a link of %(place)s leads somewhere cannot be told: %(url)s"),
                hint=_("%(answer)s; some sites turn robots away. Follow it yourself.")
                % {"answer": lookup.answer},
            )
    if waiting:
        yield CheckMessage(
            "issues.I003",
            ngettext(
                "%(count)d link has not been looked up yet.",
                "%(count)d links have not been looked up yet.",
                waiting,
            )
            % {"count": waiting},
            dossier.issue,
            hint=_("It happens by itself within minutes, where the web can be reached."),
        )


@register("issues.W008")
def once(dossier: Dossier) -> Iterator[CheckMessage]:
    """The same page twice; a link in a text that stands among its sources too is one."""
    by_page: dict[str, list[PlacedLink]] = defaultdict(list)
    for link in dossier.links:
        if link.asked_as:
            by_page[min(dossier.pages[link.canonical])].append(link)
    for canonical, links in by_page.items():
        in_texts = Counter(link.obj for link in links if not link.is_source)
        sources = Counter(link.obj for link in links if link.is_source)
        times = (in_texts | sources).total()
        if times > 1:
            first, last = links[0], _second(links)
            yield _message(
                "issues.W008",
                last,
                _("%(place)s links to a page that the issue links to already: %(url)s"),
                hint=_("The first time is in %(place)s.") % {"place": place_of(first.obj, first.field)},
                facts=(canonical, str(times)),
                elsewhere=(_("See the first"), _place(first).url),
            )


@register("issues.W009")
def new_to_readers(dossier: Dossier) -> Iterator[CheckMessage]:
    seen = set()
    for link in _distinct(dossier).values():
        places = dossier.covered.get(link.canonical) if not is_ours(link.url) else None
        page = min(dossier.pages[link.canonical])
        if places and page not in seen:
            seen.add(page)
            latest = places[0]
            yield _message(
                "issues.W009",
                link,
                _("A page of %(place)s was in an earlier issue: %(url)s"),
                facts=(link.canonical, str(latest.number)),
                elsewhere=(_("seen in: %(where)s") % {"where": latest}, latest.url),
            )


def _distinct(dossier: Dossier) -> dict[str, PlacedLink]:
    """Give each address of the web at the first place where it stands; our own pages are not asked for."""
    found: dict[str, PlacedLink] = {}
    for link in dossier.links:
        if link.asked_as and not is_ours(link.asked_as):
            found.setdefault(link.asked_as, link)
    return found


def _second(links: list[PlacedLink]) -> PlacedLink:
    """Give the link that repeats the first one: in another place if there is one."""
    return next((link for link in links[1:] if link.obj != links[0].obj), links[1])


def _message(
    id: str,
    link: PlacedLink,
    message: str,
    *,
    hint: str = "",
    facts: tuple[str, ...] = (),
    elsewhere: tuple[str, str] | None = None,
) -> CheckMessage:
    shown = link.url if len(link.url) <= SHOWN_CHARACTERS else f"{link.url[: SHOWN_CHARACTERS - 1]}…"
    return CheckMessage(
        id,
        message % {"place": place_of(link.obj, link.field), "url": shown},
        link.obj,
        hint=hint,
        field=link.field,
        line=link.line,
        facts=facts or (link.url,),
        elsewhere=elsewhere,
    )


def _place(link: PlacedLink) -> CheckMessage:
    return CheckMessage("issues.W008", "", link.obj, field=link.field, line=link.line)
