"""Nothing lost: drafts kept while typing, who else is in a text, and two versions brought together."""
