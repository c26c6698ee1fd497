"""Whether this process can do its work, for those who watch it: proxies, compose, `make demo`."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailings.models import Mailing


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say 200 `ok`, or 503 and the names of the parts that fail. Public: it tells nothing else.

    `mailings` means that batches wait and that no worker has taken any for two minutes.
    """
    failing = [] if _database_answers() else ["database"]
    if not failing and Mailing.objects.stalled().exists():
        failing = ["mailings"]
    answer = {"status": "failing", "failing": failing} if failing else {"status": "ok"}
    return JsonResponse(answer, status=503 if failing else 200)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        connection.close()
        return False
