"""What gunicorn writes down: `--logger-class veille.watching.access_log.Logger`.

Its own format keeps the visitor's network address and the whole URL: searches, and the tokens by which one
acts for a reader. Who needs the addresses of attackers has them from the proxy.
"""

import logging
import os
from datetime import timedelta
from typing import Any

from django.conf import settings
from gunicorn import glogging

from .logs import Json, Prepared, Text
from .masking import mask
from .request_ids import HEADER


class Logger(glogging.Logger):
    """Lines as those of the application, of the method, the path without tokens, and the answer."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in (own for own in log.handlers if hasattr(own, "_gunicorn")):
                handler.setFormatter(_AsTheApplication())
                handler.addFilter(Prepared())

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        if not self.access_log_enabled:
            return
        # As WSGI has it (PEP 3333): bytes, told as latin-1.
        path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
        method = environ.get("REQUEST_METHOD", "")
        status = int(str(resp.status)[:3])
        ids = [value for name, value in resp.headers if name.lower() == HEADER.lower()]
        self.access_log.info(
            "%s %s %s",
            method,
            path,
            status,
            extra={
                "method": method,
                "path": mask(path),
                "status": status,
                "bytes": getattr(resp, "sent", None),
                "seconds": round(request_time.total_seconds(), 3),
                "request_id": ids[0] if ids else None,
            },
        )


class _AsTheApplication(logging.Formatter):
    """The application's form. The parent process, which does not load its settings, asks the environment."""

    def __init__(self) -> None:
        super().__init__()
        self._forms: dict[str, logging.Formatter] = {"json": Json(), "text": Text()}

    def format(self, record: logging.LogRecord) -> str:
        wanted = os.environ.get("VEILLE_LOG_FORMAT", "text")
        if settings.configured:
            wanted = settings.VEILLE_LOG_FORMAT
        return self._forms.get(wanted, self._forms["text"]).format(record)
