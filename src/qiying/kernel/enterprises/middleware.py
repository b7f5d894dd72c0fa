"""Every request knows who looks and what time it is; nothing is asked of the database before it is needed."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from qiying.kernel.audit.clock import local_date, utc_now
from qiying.kernel.enterprises.acting import UNIT_KEY
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.impersonation import SESSION_KEY, Watching, watching_of
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.viewer import ANONYMOUS, PersonViewer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ALWAYS_OPEN = ("/sign-out/", "/my/password/", "/people/watching/stop/", "/static/")


class ViewerMiddleware:
    """Set lazy `request.viewer`, and `request.now`, `request.today`, `request.impersonation`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, plain: HttpRequest) -> HttpResponse:
        request = cast(ViewerRequest, plain)
        request.now = utc_now()
        request.today = local_date(request.now)
        request.impersonation = _watching(request)
        request.viewer = cast(PersonViewer, SimpleLazyObject(lambda: _viewer(request)))
        if _must_change_password(request):
            return HttpResponseRedirect(reverse("organisations:password"))
        return _with_banner(request, self.get_response(request))

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Refuse to change anything while looking as another person."""
        watching = cast(ViewerRequest, request).impersonation
        if watching is None or request.method in SAFE_METHODS or request.path.startswith(ALWAYS_OPEN):
            return None
        error = NotPermitted(
            f"您正在代看{watching.person_name}的页面，只能看，不能改。先结束代看，再用自己的身份办。"
        )
        return render(request, "403.html", {"error": error}, status=403)


def _with_banner(request: ViewerRequest, response: HttpResponse) -> HttpResponse:
    """Put the banner on top of every page shown to somebody who looks as another, whoever made the page."""
    if (
        request.impersonation is None
        or response.streaming
        or "text/html" not in response.get("Content-Type", "")
    ):
        return response
    head, body, rest = response.content.partition(b"<body")
    if not body:
        return response  # a fragment; the page around it has the banner
    tag, close, inside = rest.partition(b">")
    banner = render_to_string("organisations/_watching.html", {"watching": request.impersonation}, request)
    response.content = head + body + tag + close + banner.encode() + inside
    return response


def _has_session(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and session.session_key is not None


def _watching(request: ViewerRequest) -> Watching | None:
    if not _has_session(request) or SESSION_KEY not in request.session:
        return None
    if not request.user.is_authenticated:
        return None
    return watching_of(request.session, request.now)


def _must_change_password(request: HttpRequest) -> bool:
    if not _has_session(request) or request.path.startswith(ALWAYS_OPEN):
        return False
    return isinstance(request.user, Person) and request.user.must_change_password


def _viewer(request: ViewerRequest) -> PersonViewer:
    user = request.user if hasattr(request, "user") else get_user(request)
    if not isinstance(user, Person):
        return ANONYMOUS
    watching = request.impersonation
    if watching is not None:
        target = Person.objects.filter(pk=watching.person_id, is_active=True).first()
        return ANONYMOUS if target is None else viewer_for(target, request.today)
    unit_id = request.session.get(UNIT_KEY) if _has_session(request) else None
    return viewer_for(user, request.today, acting_unit_id=unit_id)
