"""Lists of `tag=value` pairs, as DKIM and DMARC write them (RFC 6376, 3.2)."""


def tags_of(text: str) -> dict[str, str]:
    """Give the tags of a list, names in lower case; of a tag that stands twice, the first."""
    tags: dict[str, str] = {}
    for pair in text.split(";"):
        name, equals, value = pair.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags
