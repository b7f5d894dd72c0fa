"""The same form sent again, as after going back in the browser: it leads to what it made, nothing is made twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

SESSION_KEY = "sent"
REPEATED_WITHIN = timedelta(minutes=30)
MOST = 5
"""So many forms a browser's session remembers; an older one sent again is a new one."""
NOT_SAID = {"csrfmiddlewaretoken", "upload_token", "documents"}


def sent_once(request: HttpRequest, now: datetime, send: Callable[[], str]) -> HttpResponse:
    """Send a form and lead to what it made; the same words from the same browser lead there without sending."""
    print_of, since = _print(request), (now - REPEATED_WITHIN).timestamp()
    kept = [one for one in request.session.get(SESSION_KEY, []) if one[2] > since]
    url = next((url for known, url, _ in kept if known == print_of), None)
    if url is None:
        url = send()
        request.session[SESSION_KEY] = [*kept[1 - MOST :], [print_of, url, now.timestamp()]]
    else:
        messages.info(request, "这些话刚才已经交过了，就是这一件，没有再立一件。")
    return HttpResponseRedirect(url)


def _print(request: HttpRequest) -> str:
    said = [(k, v) for k, v in sorted(request.POST.lists()) if k not in NOT_SAID]
    files = [(f.name, f.size) for name in request.FILES for f in request.FILES.getlist(name)]
    return hashlib.sha256(repr((request.path, said, files)).encode()).hexdigest()
