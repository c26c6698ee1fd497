"""Addresses and names: what is accepted, and under which form two addresses are the same."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

# Joiners are format characters too, but emoji and several scripts are written with them.
_JOINERS = "\u200c\u200d"


def normalise(email: str) -> str:
    """Give the form under which an address is unique: domain in punycode, all in lower case.

    Raises `ValidationError`, in the user's language, for what no mail server would take: a local
    part that is not ASCII (it would need SMTPUTF8 end to end, RFC 6531) or longer than 64 octets
    (RFC 5321, 4.5.3.1.1), a quoted one, an address literal, a domain without a dot.
    """
    try:
        parts = validate_email(email, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        local, at, _domain = email.rpartition("@")
        if at and not local.isascii() and local.isprintable():
            raise ValidationError(
                _("The part before the @ holds a letter that mail servers refuse: %(local)s."),
                params={"local": local},
                code="non_ascii_local_part",
            ) from error
        raise ValidationError(_("This is not an email address."), code="invalid") from error
    return f"{parts.local_part}@{parts.ascii_domain}".lower()


def validate_address(email: str) -> None:
    """Raise `ValidationError` for an address that `normalise` refuses. For forms and models."""
    normalise(email)


def clean_name(name: str) -> str:
    """Give a name fit for a greeting: one line, without control, direction or private characters."""
    kept = (
        char if char in _JOINERS or not unicodedata.category(char).startswith("C") else " "
        for char in unicodedata.normalize("NFC", name)
    )
    return re.sub(r"\s+", " ", "".join(kept)).strip()
