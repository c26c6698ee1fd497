"""The environment, each variable of which may be a file's content: `SECRET_KEY_FILE=/run/secrets/key`."""

import environ
from environ.fileaware_mapping import FileAwareMapping


class _Variables(FileAwareMapping):
    """Files end with a line break, which is no part of what they hold."""

    def __getitem__(self, key: str) -> str:
        value: str = super().__getitem__(key)
        return value.rstrip("\r\n") if self.env.get(f"{key}_FILE") else value


class Environment(environ.Env):
    ENVIRON = _Variables()
