"""Keeping a link in three seconds: the form, the bookmarklet, the share sheet, the API."""
