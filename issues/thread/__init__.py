"""The review thread: its timeline, what is still open in it, and who is told."""
