"""Archives of former versions, and what must come out of them: see `generate`."""
