"""Typed kernel errors become pages with a sentence and the right status; pages of people are kept nowhere."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from qiying.kernel.api_access.errors import typed
from qiying.kernel.audit.errors import BUSY_SECONDS, is_busy
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ErrorMiddleware:
    """Answer 403, 409 and 422 for the kernel's errors; Django's 404 stays what it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/api/v1/") and response.status_code in {404, 405}:
            response = typed(response)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            # A page of somebody signed in: not in a shared computer's cache, nor a proxy's.
            response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotPermitted):
            return render(request, "403.html", {"error": exception}, status=403)
        if isinstance(exception, ActionNotAvailable):
            return render(request, "409.html", {"error": exception}, status=409)
        if isinstance(exception, GuardFailed):
            return render(request, "422.html", {"error": exception}, status=422)
        return busy_page(request) if is_busy(exception) else None


def busy_page(request: HttpRequest) -> HttpResponse:
    """Say that nothing was stored, with a form that holds what was typed and sends it again."""
    secret = getattr(request, "sensitive_post_parameters", None)  # set where a password or code is typed
    names = [] if secret else [n for n in request.POST if n != "csrfmiddlewaretoken"]
    context = {
        "typed": [(name, value) for name in names for value in request.POST.getlist(name)],
        "had_files": bool(request.FILES),
        "address": request.get_full_path(),
    }
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = str(BUSY_SECONDS)
    request.session.modified = False  # or the session would wait for the same lock
    return response


class TypedTextMiddleware:
    """Take NUL out of addresses and forms: no person types it, and PostgreSQL stores and compares no text with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or NUL in query:
            request.META["QUERY_STRING"] = query.replace("%00", "").replace(NUL, "")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Look at the form once the view is known to read one; the guard against forgery has parsed it by now."""
        if request.method != "POST" or not (request.content_type or "").startswith(FORMS):
            return
        if any(NUL in text for _, texts in request.POST.lists() for text in texts):
            typed = QueryDict(mutable=True)
            for name, texts in request.POST.lists():
                typed.setlist(name, [text.replace(NUL, "") for text in texts])
            typed._mutable = False
            request.POST = cast(Any, typed)
