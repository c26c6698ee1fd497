"""All that an installation must keep, in one archive: written while it works, read into an empty one.

The archive is a gzipped tar: a member of JSON lines for each table, the files, and the manifest, which
comes last: where it is missing the archive was cut short. Nothing in it depends on the database's make,
so the same road leads from SQLite to PostgreSQL and back.
"""


class BackupError(Exception):
    """What stands in the way, in words for the operator. Never names a person, nor holds a row."""
