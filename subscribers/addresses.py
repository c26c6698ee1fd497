"""Addresses: what is accepted, and under which form two of them are the same."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email


def normalise(email: str) -> str:
    """Give the form under which an address is unique: domain in punycode, all in lower case.

    Raises `ValidationError`, in the user's language, for what no mail server would take: a local
    part that is not ASCII (it would need SMTPUTF8 end to end, RFC 6531), a quoted one, an address
    literal, a domain without a dot.
    """
    try:
        parts = validate_email(email, allow_smtputf8=False, check_deliverability=False)
    except EmailNotValidError as error:
        if not email.partition("@")[0].isascii():
            raise ValidationError(
                _("The part before the @ holds a letter that mail servers refuse: %(local)s."),
                params={"local": email.partition("@")[0]},
                code="non_ascii_local_part",
            ) from error
        raise ValidationError(_("This is not an email address."), code="invalid") from error
    return f"{parts.local_part}@{parts.ascii_domain}".lower()
