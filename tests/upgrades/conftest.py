"""The installation that former archives are restored into."""

from tests.veille.backup.conftest import archive, empty, imports_folder

__all__ = ["archive", "empty", "imports_folder"]
