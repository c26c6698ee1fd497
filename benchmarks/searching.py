"""Search in 1,000 issues of 8 sections, on PostgreSQL: what the database takes, and by which index.

python -m benchmarks.searching
"""

import random
import statistics
import sys
import time

import django
from django.utils import timezone

from .sending import BenchmarkError, environment

ISSUES, SECTIONS, WORDS_A_SECTION = 1_000, 8, 400
QUERIES = (
    "performance",
    "sécurité réseau",
    "base de données",
    "python verrou global",
    "access",
    "introuvable",
)
TIMES = 20


def main() -> None:
    try:
        with environment.prepared():
            django.setup()
            _measure()
    except BenchmarkError as error:
        sys.exit(f"benchmarks/searching: {error}")


def _measure() -> None:
    from django.db import connection

    from issues.search import finding

    from .sending.database import own_database

    with own_database():
        _fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for query in QUERIES:
            wanted = finding.Wanted.read(query)
            took = []
            for _time in range(TIMES):
                began = time.perf_counter()
                keys = finding.find(wanted)
                took.append(1000 * (time.perf_counter() - began))
            print(f"{query!r}: {len(keys)} found, {statistics.median(took):.1f} ms (at most {max(took):.1f})")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {finding._POSTGRES}", ["'perform' & 'sécur'"])
            print("\n".join(line for (line,) in cursor.fetchall()))


def _fill() -> None:
    from issues.models import Issue, SearchEntry, Section
    from issues.search.words import stems

    chosen = random.Random(1)
    # Each word that is looked for stands in about a third of the sections.
    often = [word for query in QUERIES[:-1] for word in query.split()] * 20
    vocabulary = [f"mot{n}" for n in range(20_000)] + often
    Issue.objects.bulk_create(
        Issue(
            number=number,
            title=f"Numéro {number}",
            state="published",
            approved_digest="0" * 64,
            published_at=timezone.now(),
        )
        for number in range(1, ISSUES + 1)
    )
    issues = list(Issue.objects.values_list("pk", flat=True))
    Section.objects.bulk_create(
        (
            Section(issue_id=issue, position=place, title=f"Section {place}")
            for issue in issues
            for place in range(SECTIONS)
        ),
        batch_size=2000,
    )
    SearchEntry.objects.bulk_create(
        (
            SearchEntry(
                section_id=section,
                text="",
                title_stems=" ".join(stems(" ".join(chosen.choices(vocabulary, k=6)))),
                text_stems=" ".join(stems(" ".join(chosen.choices(vocabulary, k=WORDS_A_SECTION)))),
            )
            for section in Section.objects.values_list("pk", flat=True)
        ),
        batch_size=500,
    )


if __name__ == "__main__":
    main()
