"""The mail that greets who has just joined: the editor’s words, and the latest issue."""
