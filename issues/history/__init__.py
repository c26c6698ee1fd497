"""Every saved version of a section and of an issue: what each said, what changed, and the way back."""
