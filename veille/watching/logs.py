"""Log lines: who caused them, nothing that names people, and one entry never looks like two."""

import copy
import logging
import re
from datetime import UTC, datetime
from typing import Any

from celery import current_task
from pythonjsonlogger.json import JsonFormatter

from .masking import mask
from .request_ids import REQUEST_ID

# What else a line may hold: fields of the access log. Other extras may name anybody.
_ACCESS = ("method", "path", "status", "bytes", "seconds")
# What ends a line for one reader or another, or makes a terminal show something else than was written.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_tracebacks = logging.Formatter()


class Prepared(logging.Filter):
    """Give each handler a copy of the record with its ids, and with what names people masked."""

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        ready = copy.copy(record)
        ready.msg, ready.args = mask(_message(record)), ()
        trace = record.exc_text or ""
        if record.exc_info and record.exc_info[0]:
            trace = _tracebacks.formatException(record.exc_info)
        ready.exc_info, ready.exc_text = None, mask(trace) or None
        ready.stack_info = mask(record.stack_info) if record.stack_info else None
        ready.ids = {name: value for name, value in _ids(record).items() if value}
        return ready


class Json(JsonFormatter):
    """One JSON object in a line: time (UTC), level, logger, message, and the ids there are."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data |= {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "ids", {}),
            **{name: getattr(record, name) for name in _ACCESS if hasattr(record, name)},
        }
        if record.exc_text:
            log_data["traceback"] = record.exc_text
        if record.stack_info:
            log_data["stack"] = record.stack_info


class Text(logging.Formatter):
    """A line for people. What belongs to it and fills more lines is indented: no other entry begins so."""

    def format(self, record: logging.LogRecord) -> str:
        head, *rest = record.getMessage().splitlines() or [""]
        rest += (record.exc_text or "").splitlines() + (record.stack_info or "").splitlines()
        ids = "".join(f" {name}={value}" for name, value in getattr(record, "ids", {}).items())
        head = f"{self.formatTime(record)} {record.levelname} {record.name}: {head}{ids}"
        return "\n    ".join(_CONTROL.sub(_escaped, line) for line in [head, *rest])


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    # Arguments that do not fit must not stop who wrote the line.
    except Exception:
        return f"{record.msg} (its arguments do not fit)"


def _ids(record: logging.LogRecord) -> dict[str, str | None]:
    told: dict[str, Any] = {}
    if current_task and current_task.request.id:
        told = {"id": current_task.request.id, "name": current_task.name}
    elif isinstance(record.args, dict) and record.name.startswith("celery."):
        # Of the process that hands tasks to others.
        told = record.args
    request_id = getattr(record, "request_id", None) or REQUEST_ID.get()
    return {"request_id": request_id, "task_id": told.get("id"), "task": told.get("name")}


def _escaped(character: re.Match[str]) -> str:
    return character[0].encode("unicode_escape").decode("ascii")
