"""Logs as one JSON object a line (structlog), with the request's number, without personal data."""

import logging
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.tracebacks import ExceptionDictTransformer

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.StackInfoRenderer(),
]


def log_config(level: str, *, as_json: bool) -> dict[str, Any]:
    """Return Django's LOGGING: JSON lines for machines, coloured lines for a developer's terminal."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    if as_json:
        render: list[Any] = [
            # without local variables: they hold names, phone numbers, contents
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        render = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
            }
        },
        "filters": {"without_addresses": {"()": WithoutAddresses}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["without_addresses"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own console handler would say everything twice under DEBUG.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True, "level": "ERROR"},
            "django.security.DisallowedHost": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }


class WithoutAddresses(logging.Filter):
    """Names the route in Django's own lines about a request: its address may hold a link's secret or a name."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            hidden = {getattr(request, "path", None), getattr(request, "path_info", None)}
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "(none)"
            record.args = tuple(route if arg in hidden else arg for arg in record.args)
        return True


class RequestLogMiddleware:
    """Give each request a number (header `X-Request-Id`) and write one line when it was answered.

    The line names the route, not the address, and the person by id, so that logs carry no personal data.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = logging.getLogger("qiying.request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid4().hex[:16]
        start = perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = self.get_response(request)
        response["X-Request-Id"] = number
        match = request.resolver_match
        self.log.info(
            "%s %s %s %d ms",
            request.method,
            match.route if match else "(none)",
            response.status_code,
            round((perf_counter() - start) * 1000),
        )
        return response
