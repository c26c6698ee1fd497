"""Endpoints behind the desk. Each says who may call it; what may happen is decided by the workflow."""

from .importing import issue_import
from .moving import issue_transition, run_asked_transition, section_transition
from .previews import issue_preview, issue_preview_part
from .threads import issue_comment, section_comment
from .writing import MAX_MARKDOWN, markdown_preview, picture_upload

__all__ = [
    "MAX_MARKDOWN",
    "issue_comment",
    "issue_import",
    "issue_preview",
    "issue_preview_part",
    "issue_transition",
    "markdown_preview",
    "picture_upload",
    "run_asked_transition",
    "section_comment",
    "section_transition",
]
