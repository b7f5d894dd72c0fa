"""A button that does one thing and goes back to a page, which says what was done or why not."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted


def done_at(
    request: ViewerRequest, url: str, run: Callable[[], str | HttpResponse], tried: str = ""
) -> HttpResponse:
    """Do something and go to `url`; `run` returns what was done in words, or an answer of its own.

    A refusal is said on that page, after `tried`: 没交出去, 没下载.
    """
    try:
        done = run()
    except (GuardFailed, ActionNotAvailable, NotPermitted) as error:
        messages.error(request, f"{tried}：{error}" if tried else str(error))
        return HttpResponseRedirect(url)
    if isinstance(done, HttpResponse):
        return done
    if done:
        messages.success(request, done)
    return HttpResponseRedirect(url)
