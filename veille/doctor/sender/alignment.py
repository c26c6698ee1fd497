"""Alignment: the domain in From is that of the envelope, as DMARC asks (RFC 9989, 4.4)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..registry import Examination, Finding, info, ok, register, warning
from .dmarc import organization, walk
from .domains import envelope_domain, from_domain, is_public
from .names import Names


@register("sender.aligned", "sender.not-aligned", "sender.aligned-by-dkim")
def alignment(examination: Examination) -> Iterator[Finding]:
    """SPF speaks for the From domain; else DKIM alone has to."""
    domain, envelope = from_domain(), envelope_domain()
    if not domain:
        return
    if not envelope:
        yield info(
            "sender.aligned-by-dkim",
            _("The provider writes its own Return-Path: only DKIM speaks for %(domain)s.")
            % {"domain": domain},
            _("Have the provider sign with d=%(domain)s, and give --dkim-selector.") % {"domain": domain},
        )
    elif envelope == domain or (is_public(envelope) and aligned(Names(examination), domain, envelope)):
        yield ok(
            "sender.aligned",
            _("Return-Path (%(envelope)s) and From (%(domain)s) are aligned.")
            % {"envelope": envelope, "domain": domain},
        )
    else:
        yield warning(
            "sender.not-aligned",
            _("Return-Path (%(envelope)s) is not aligned with From (%(domain)s): SPF does not speak for us.")
            % {"envelope": envelope, "domain": domain},
            _("Take a VEILLE_BOUNCE_ADDRESS below %(domain)s; until then all rests on DKIM.")
            % {"domain": domain},
        )


def aligned(names: Names, domain: str, other: str, *, mode: str = "aspf") -> bool:
    """Whether a domain that was proved (`aspf`: by SPF, `adkim`: by DKIM) speaks for a From domain."""
    if domain == other:
        return True
    found = walk(names, domain)
    own = organization(domain, found)
    policy = next((record for record in found if record.domain in (domain, own)), None)
    if policy and policy.tags.get(mode, "").lower() == "s":
        return False
    return own == organization(other, walk(names, other))
