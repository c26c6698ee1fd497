"""Links: written down with the texts, looked up from time to time, found again in later issues."""
