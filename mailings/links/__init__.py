"""A reader’s page of links: an issue by its sections and sources, the topics they care about first."""
