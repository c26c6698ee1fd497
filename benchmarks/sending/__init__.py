"""How fast mails go out, and what that costs: measured beside what Python alone can do."""


class BenchmarkError(Exception):
    """A measurement that cannot begin, or whose figures would not be true."""
