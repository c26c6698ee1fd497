"""The process in which a page is read: `python -m watch.reading.child`, started by `apart.read`.

In: a line of JSON with `content_type` and `url`, then the bytes of the page. Out: what was read, as JSON.
"""

import dataclasses
import json
import resource
import sys

from .apart import CPU_SECONDS, MEMORY_BYTES
from .page import read


def main() -> None:
    """Read one page within the limits of `apart`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    about = json.loads(sys.stdin.buffer.readline())
    data = read(sys.stdin.buffer.read(), about["content_type"], about["url"])
    json.dump(dataclasses.asdict(data), sys.stdout, default=str)


if __name__ == "__main__":
    main()
