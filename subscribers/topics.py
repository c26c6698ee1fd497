"""The topics that readers may care about. Which there are is known to the room that has the texts."""

from collections.abc import Callable, Iterable

_offer: list[Callable[[], Iterable[tuple[str, str]]]] = []


def offer(topics: Callable[[], Iterable[tuple[str, str]]]) -> None:
    """Let a room name topics, as pairs of a slug and a name, the most usual first."""
    _offer.append(topics)


def offered() -> list[tuple[str, str]]:
    """Give the topics that a reader may choose from."""
    return [topic for topics in _offer for topic in topics()]
