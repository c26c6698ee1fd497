"""Plan a mailing in a process of its own.

    python -m benchmarks.sending.planning ISSUE

What it took goes to the standard output, as JSON: the rows are written and committed then.
"""

import json
import sys
import time

import django

from .usage import peak_bytes


def main() -> None:
    django.setup()
    # Models are there only now.
    from issues.models import Issue
    from mailings.plan import plan

    issue = Issue.objects.select_related("rendition").get(pk=sys.argv[1])
    began, cpu = time.perf_counter(), time.process_time()
    plan(issue, issue.rendition)
    took = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}
    print(json.dumps(took | {"peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main()
