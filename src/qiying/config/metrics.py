"""`/metrics` for Prometheus: requests by route and time, and what waits for the worker."""

import ipaddress
import secrets
from collections.abc import Callable, Iterator
from time import perf_counter

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Job, WorkerBeat

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "qiying_requests_total", "Requests answered", ("route", "method", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "qiying_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10),
    registry=REGISTRY,
)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class WorkCollector(Collector):
    """What the database knows: waiting jobs and how long ago each part of the worker ran."""

    def collect(self) -> Iterator[Metric]:
        waiting = Job.objects.filter(state=Job.State.QUEUED).count()
        yield GaugeMetricFamily("qiying_jobs_waiting", "Jobs not started", value=waiting)
        silence = GaugeMetricFamily("qiying_worker_silence_seconds", "Since a part last ran", labels=["part"])
        failures = GaugeMetricFamily("qiying_worker_failures", "Failures in a row", labels=["part"])
        now = utc_now()
        for beat in WorkerBeat.objects.all():
            silence.add_metric([beat.name], (now - beat.ran_at).total_seconds())
            failures.add_metric([beat.name], beat.failures)
        yield silence
        yield failures


REGISTRY.register(WorkCollector())


class MetricsMiddleware:
    """Count and time each request by its route, never by its address, which may name a case or person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "(none)"
        method = request.method if request.method in METHODS else "other"  # a client may send any word
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(perf_counter() - start)
        return response


def _may_read(request: HttpRequest) -> bool:
    token = settings.QIYING_ENV.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    # Behind a proxy every visitor comes from loopback: then only a token opens.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "192.0.2.0").is_loopback


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer from loopback, or with `QIYING_METRICS_TOKEN`; all others get 404. Figures of one process."""
    if not _may_read(request):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
