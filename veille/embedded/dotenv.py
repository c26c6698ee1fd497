"""The first `.env` of a checkout: `python -m veille.embedded.dotenv`. Never touches one that is there."""

import os
import secrets
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent.parent / ".env"

TEMPLATE = """\
# Made once by `make demo`. Read by every command here; the environment wins over it.
SECRET_KEY={secret_key}
DEBUG=false
VEILLE_SENDER_IDENTITY=Veille, exemplaire de démonstration, 1 rue de l’Essai, 75000 Paris
"""


def create(path: Path = ENV_FILE) -> bool:
    """Write the file with a new secret, readable by its owner alone; False if there is one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(TEMPLATE.format(secret_key=secrets.token_urlsafe(50)))
    return True


if __name__ == "__main__":
    if create():
        print(f"Made {ENV_FILE.name} with a secret of its own.")
