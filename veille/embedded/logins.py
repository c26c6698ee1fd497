"""The sample's first passwords, kept so that each start can print them."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Login:
    """An account of the sample; `role` is the person's name and group."""

    username: str
    password: str
    role: str


def write(folder: Path, logins: list[Login]) -> None:
    """Keep them, readable by the owner of the file alone."""
    descriptor = os.open(_path(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, ensure_ascii=False)


def read(folder: Path) -> list[Login]:
    """Give those kept in the folder, or none."""
    try:
        return [Login(**login) for login in json.loads(_path(folder).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []


def _path(folder: Path) -> Path:
    return folder / "logins.json"
