"""Archives as no backup would write them: made by hand, member by member."""

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

from veille.backup.manifest import FORMAT, NAME

ROWS = b'[1,"Divers","divers"]\n'
TABLE = "tables/taggit.tag.jsonl"


def manifest_for(members: dict[str, bytes], **more: object) -> bytes:
    """Give the manifest that says these members are right."""
    tables, files = {}, {}
    for name, content in members.items():
        kept = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if name.startswith("tables/"):
            label = name.removeprefix("tables/").removesuffix(".jsonl")
            tables[label] = {**kept, "rows": content.count(b"\n"), "columns": ["id", "name", "slug"]}
        else:
            files[name] = kept
    values = {
        "format": FORMAT,
        "veille": "0.1.0",
        "made_at": "2026-11-28T03:15:00+00:00",
        "engine": "sqlite",
        "migrations": [],
        "keys": {},
        "tables": tables,
        "files": files,
    }
    return json.dumps(values | more).encode()


def forge(path: Path, members: dict[str, bytes] | None = None, *, manifest: bytes | None = None) -> Path:
    """Write an archive of these members, and a manifest that agrees unless another is given."""
    members = {TABLE: ROWS} if members is None else members
    manifest = manifest_for(members) if manifest is None else manifest
    return forge_of(path, [*map(a_file, members, members.values()), a_file(NAME, manifest)])


def a_file(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def forge_of(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write an archive of just these members."""
    with tarfile.open(path, "w:gz") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return path


def change(source: Path, target: Path, edit) -> Path:
    """Write an archive anew, with what `edit` makes of its manifest and of the contents of its tables."""
    members = {}
    with tarfile.open(source) as tar:
        for member in tar:
            members[member.name] = tar.extractfile(member).read()
    manifest = json.loads(members.pop(NAME))
    edit(manifest, members)
    for label, table in manifest["tables"].items():
        content = members[f"tables/{label}.jsonl"]
        table["bytes"], table["sha256"] = len(content), hashlib.sha256(content).hexdigest()
        table["rows"] = content.count(b"\n")
    members[NAME] = json.dumps(manifest).encode()
    return forge_of(target, [*map(a_file, members, members.values())])


def pack(path: Path, content: bytes) -> Path:
    """Write something else than a tar, packed as one."""
    path.write_bytes(gzip.compress(content))
    return path
