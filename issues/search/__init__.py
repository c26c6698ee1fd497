"""Search in everything published: the same words found on PostgreSQL and on SQLite."""
