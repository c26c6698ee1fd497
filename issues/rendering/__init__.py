"""What readers see: one function gives the web page, the email and the plain text of an issue."""

from .issue import Rendering, email_size, render_issue, sample_values
from .markdown import render_markdown

__all__ = ["Rendering", "email_size", "render_issue", "render_markdown", "sample_values"]
