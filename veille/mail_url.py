"""`EMAIL_URL` to an entry of Django's `MAILERS`."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


def mailer_from_url(env: environ.Env, url: str) -> dict[str, Any]:
    """Give the `MAILERS` entry for a mail URL.

    `smtp://user:password@host:port`, `smtp+tls://` (STARTTLS), `smtps://` or `smtp+ssl://` (TLS from
    the first byte), `consolemail://`, `memorymail://`, or `backend://dotted.path.of.EmailBackend?option=value`
    for any other Django email backend (those of django-anymail, for example). `?timeout=60` sets
    the seconds to wait for the server. Raises `ImproperlyConfigured` for an unknown scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "backend":
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        if "timeout" in options:
            options["timeout"] = float(options["timeout"])
        return {"BACKEND": url.split("://", 1)[1].split("?")[0], "OPTIONS": options}
    if parts.scheme not in env.EMAIL_SCHEMES:
        raise ImproperlyConfigured(f"EMAIL_URL: unknown scheme {parts.scheme!r}")
    implicit_tls = parts.scheme in {"smtp+ssl", "smtps"}
    config = env.email_url_config(url.replace(f"{parts.scheme}:", "smtp:", 1) if implicit_tls else url)
    mailer: dict[str, Any] = {"BACKEND": config["EMAIL_BACKEND"]}
    if mailer["BACKEND"].endswith("smtp.EmailBackend"):
        start_tls = config.get("EMAIL_USE_TLS", False)
        mailer["OPTIONS"] = {
            "host": config["EMAIL_HOST"],
            "port": config["EMAIL_PORT"] or (465 if implicit_tls else 587 if start_tls else 25),
            "username": config["EMAIL_HOST_USER"] or "",
            "password": config["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": start_tls,
            "use_ssl": implicit_tls,
            "timeout": config.get("OPTIONS", {}).get("TIMEOUT", 60),
        }
    return mailer
