"""The settings: Django's own checks of a deployment, who we are, and who may approve what."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.utils.translation import gettext as _

from authors.roles import is_editor
from mailings.compose import ComposeError, from_address

from .net import is_this_machine
from .registry import Examination, Finding, Level, error, info, ok, register, warning

# The settings of these follow from the https of SITE_URL, which is said by itself.
_FOLLOWS_FROM_HTTPS = {f"security.W{number:03}" for number in (4, 5, 8, 12, 16, 21)}
# Django only warns of a weak key, and of showing everybody its insides.
_ERRORS_HERE = {"security.W009", "security.W018", "security.W020"}


@register("settings.check", "settings.check-ok")
def system_checks(examination: Examination) -> Iterator[Finding]:
    """`manage.py check --deploy` finds nothing."""
    found = checks.run_checks(include_deployment_checks=True)
    told = [message for message in found if not message.is_silenced()]
    if not settings.SITE_URL.startswith("https:"):
        told = [message for message in told if message.id not in _FOLLOWS_FROM_HTTPS]
    for message in told:
        seen = f"{message.id}: {' '.join(str(message.msg).split())}"
        todo = " ".join(str(message.hint or "").split()) or _(
            "Look this number up in Django’s documentation."
        )
        yield Finding("settings.check", _level(message), seen, todo)
    if not told:
        yield ok("settings.check-ok", _("Django’s checks of a deployment find nothing."))


def _level(message: checks.CheckMessage) -> Level:
    if message.is_serious() or message.id in _ERRORS_HERE:
        return Level.ERROR
    return Level.WARNING if message.level >= checks.WARNING else Level.INFO


@register("settings.https", "settings.not-https", "settings.trial")
def site_url(examination: Examination) -> Iterator[Finding]:
    """Readers reach the site by https: RFC 8058 asks for it in each mail."""
    parts = urlsplit(settings.SITE_URL)
    if is_this_machine(parts.hostname or ""):
        yield warning(
            "settings.trial",
            _("SITE_URL is on this machine: nobody else can follow the links in mails."),
            _("For more than a trial, set SITE_URL to the https address that readers know."),
        )
    elif parts.scheme != "https":
        yield error(
            "settings.not-https",
            _("SITE_URL is not https: no one-click unsubscribing (RFC 8058), and logins can be read."),
            _("Put a proxy with a certificate in front, and set SITE_URL to its https address."),
        )
    else:
        yield ok("settings.https", _("SITE_URL is https."))


@register("settings.identity", "settings.no-identity", "settings.from", "settings.bounce-key")
def newsletter(examination: Examination) -> Iterator[Finding]:
    """Mails say who sends them, and from one address."""
    if settings.NEWSLETTER["sender_identity"].strip():
        yield ok("settings.identity", _("Mails say who sends them."))
    else:
        yield error(
            "settings.no-identity",
            _("Mails do not say who sends them and from where; the law asks for it (GDPR 13, CPCE L34-5)."),
            _("Set VEILLE_SENDER_IDENTITY: name and postal address of the publisher."),
        )
    try:
        from_address()
    except ComposeError as failure:
        yield error(
            "settings.from",
            _("The sender cannot stand in a mail: %(reason)s") % {"reason": failure},
            _("Set DEFAULT_FROM_EMAIL to one name and one address: Veille <veille@example.org>."),
        )
    if settings.VEILLE_BOUNCE_ADDRESS and not settings.VEILLE_BOUNCE_KEY:
        yield info(
            "settings.bounce-key",
            _("What comes back is proved with SECRET_KEY."),
            _("Set VEILLE_BOUNCE_KEY (openssl rand -hex 32) before you ever change SECRET_KEY."),
        )


@register("settings.four-eyes", "settings.two-eyes", "settings.few-editors")
def four_eyes(examination: Examination) -> Iterator[Finding]:
    """Nobody approves what they signed, and there are two who can."""
    if not settings.VEILLE_FOUR_EYES:
        yield warning(
            "settings.two-eyes",
            _("Editors may approve what they signed themselves."),
            _("Set VEILLE_FOUR_EYES=true, unless one person makes the newsletter alone."),
        )
        return
    editors = sum(map(is_editor, get_user_model()._default_manager.filter(is_active=True, is_staff=True)))
    if editors < 2:
        yield warning(
            "settings.few-editors",
            _("Nobody may approve their own text, and active editors are: %(number)d.") % {"number": editors},
            _("Give a second account the editor’s role at the desk."),
        )
    else:
        yield ok("settings.four-eyes", _("Nobody approves their own text; there are enough editors."))
