"""Endpoints behind the desk. Each says who may call it; what may happen is decided by the workflow."""

from .arranging import section_move, section_place
from .correcting import issue_correct, section_correct
from .covering import covered
from .duplicating import issue_duplicate
from .importing import issue_import
from .moving import issue_transition, run_asked_transition, section_transition
from .planning import issue_calendar
from .previews import issue_preview, issue_preview_part
from .writing import markdown_preview, picture_upload

__all__ = [
    "covered",
    "issue_calendar",
    "issue_correct",
    "issue_duplicate",
    "issue_import",
    "issue_preview",
    "issue_preview_part",
    "issue_transition",
    "markdown_preview",
    "picture_upload",
    "run_asked_transition",
    "section_correct",
    "section_move",
    "section_place",
    "section_transition",
]
