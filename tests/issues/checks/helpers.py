"""What the checks say, in short."""

from issues import checks


def found(issue, *ids):
    return [message for message in checks.report(issue).messages if message.id in ids]


def ids(issue):
    return {message.id for message in checks.report(issue).messages}


def save(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save()
