"""The context processor of the shells; each value is worked out when a template asks for it."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from qiying.kernel.organisations.requests import ViewerRequest
from qiying.portal.shell import Shell, shell_of

_VALUES = {
    "office_nav": "nav",
    "office_more": "more",
    "phone_tabs": "tabs",
    "shell_site": "site",
    "shell_unread": "unread",
    "shell_news": "news",
    "shell_person": "person",
    "shell_menu": "menu",
    "shell_search_url": "search_url",
    "shell_inbox_url": "inbox_url",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the shell's variables, lazily; `shell_search_text` is what was just searched for."""
    made = shell_of(cast(ViewerRequest, request))
    values: dict[str, Any] = {k: SimpleLazyObject(_reader(made, v)) for k, v in _VALUES.items()}
    searched = request.GET.get("q", "")[:60] if request.path == "/search/" else ""
    return {**values, "shell_home_url": "/", "shell_search_text": searched}


def _reader(made: Shell, name: str) -> Any:
    return lambda: getattr(made, name)
