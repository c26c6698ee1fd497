"""What programs that watch the house ask: is it alive, may it be sent readers, how does it go."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import choose_encoder

from .metrics import Metrics
from .readiness import Readiness

readiness = Readiness()


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say 200 `ok`: this process answers. Public. It asks nobody.

    Whoever restarts processes asks here: a new one would not find a database either that is away.
    """
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say 200 `ok`, or 503 and the names of the parts that fail. Public: it tells nothing else.

    `?exclude=mailings` leaves a part out, as often as wanted: pages do without workers and broker.
    """
    failing = [part for part in readiness.failing() if part not in request.GET.getlist("exclude")]
    answer = {"status": "failing", "failing": failing} if failing else {"status": "ok"}
    return JsonResponse(answer, status=503 if failing else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures of the house to Prometheus, which shows VEILLE_METRICS_TOKEN (RFC 6750).

    404 where the variable is not set, 401 for any other token.
    """
    if not settings.VEILLE_METRICS_TOKEN:
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token, settings.VEILLE_METRICS_TOKEN):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(Metrics(readiness.failing())), content_type=content_type)
