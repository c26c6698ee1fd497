"""Other addresses of a page that no rule could tell: learnt from its own word, or from where it leads."""

from collections.abc import Iterable

from ..models import PageAlias


def resolve(canonical: str) -> str:
    """Give the key of the page that an address is known to lead to: itself, where nothing else was learnt."""
    return resolve_all([canonical])[canonical]


def resolve_all(canonicals: Iterable[str]) -> dict[str, str]:
    """Give the page of each of these keys, in one query."""
    wanted = set(canonicals)
    known = dict(PageAlias.objects.filter(key__in=wanted).values_list("key", "canonical_url"))
    return {key: known.get(key, key) for key in wanted}
