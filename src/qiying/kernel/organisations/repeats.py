"""The same form sent again, as after going back in the browser: it leads to what it made, nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

COOKIE, SALT = "sent", "qiying.sent"
REPEATED_WITHIN = timedelta(minutes=30)
MOST = 3
"""So many forms a browser remembers; an older one sent again is a new one."""
NOT_SAID = {"csrfmiddlewaretoken", "upload_token", "documents"}


def sent_once(request: HttpRequest, now: datetime, send: Callable[[], str]) -> HttpResponse:
    """Send a form and lead to what it made; the same words from the same browser lead there without sending.

    What was sent is remembered by the browser, as a print without the words: no statement more.
    """
    print_of, since = _print(request), (now - REPEATED_WITHIN).timestamp()
    kept = [one for one in _remembered(request) if one[2] > since]
    url = next((url for known, url, _ in kept if known == print_of), None)
    if url is not None:
        messages.info(request, "这些话刚才已经交过了，就是这一件，没有再立一件。")
        return HttpResponseRedirect(url)
    url = send()
    answer = HttpResponseRedirect(url)
    sent = signing.dumps([*kept[1 - MOST :], (print_of, url, now.timestamp())], salt=SALT, compress=True)
    age, secure = int(REPEATED_WITHIN.total_seconds()), settings.SESSION_COOKIE_SECURE
    answer.set_cookie(COOKIE, sent, max_age=age, secure=secure, httponly=True, samesite="Lax")
    return answer


def _remembered(request: HttpRequest) -> list[tuple[str, str, float]]:
    try:
        return [(p, url, at) for p, url, at in signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)]
    except (signing.BadSignature, ValueError, TypeError):
        return []


def _print(request: HttpRequest) -> str:
    said = [(k, v) for k, v in sorted(request.POST.lists()) if k not in NOT_SAID]
    files = [(f.name, f.size) for name in request.FILES for f in request.FILES.getlist(name)]
    whose = str(request.user.pk) if request.user.is_authenticated else ""
    return salted_hmac(SALT, repr((whose, request.path, said, files))).hexdigest()
