"""The test's end of the saboteur: how many deaths are to be died, and which were."""

import json
from dataclasses import dataclass
from pathlib import Path

POINTS = (
    "after the claim",
    "after the UPDATE",
    "in the text",
    "after the dot",
    "after the 250",
    "in the bulk write",
)


@dataclass(frozen=True)
class Death:
    """One process that killed itself: where, with which batch in hand, when."""

    point: str
    batch: int
    pid: int
    at: float


class Sabotage:
    """A folder with a file for each death to come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def plan(self, point: str, times: int) -> None:
        """Have processes die at a point, so many times in all."""
        for number in range(times):
            (self.folder / f"{point}.{number}").touch()

    def poison(self, batch_number: int) -> None:
        """Have whoever claims this batch die of it, always, as the kernel kills who takes all memory."""
        (self.folder / f"poison-{batch_number}").touch()

    def fatten(self, batch_number: int) -> None:
        """Have whoever opens this batch find no memory for it, always."""
        (self.folder / f"glutton-{batch_number}").touch()

    def cure(self) -> None:
        """Make every batch wholesome again."""
        for file in [*self.folder.glob("poison-*"), *self.folder.glob("glutton-*")]:
            file.unlink()

    @property
    def to_come(self) -> int:
        return len(list(self.folder.glob("*.*")))

    @property
    def deaths(self) -> list[Death]:
        book = self.folder / "deaths"
        lines = book.read_text().splitlines() if book.exists() else []
        return [Death(**json.loads(line)) for line in lines]

    def environment(self) -> dict[str, str]:
        """What a worker must know to take part."""
        return {"VEILLE_SABOTAGE": str(self.folder)}
