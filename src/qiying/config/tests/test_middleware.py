"""What nobody types does not reach a page: NUL in addresses and forms."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from qiying.config.middleware import TypedTextMiddleware

FACTORY = RequestFactory()


def seen(request: HttpRequest) -> dict[str, Any]:
    """Return what a view would read."""
    found: dict[str, Any] = {}

    def view(asked: HttpRequest) -> HttpResponse:
        middleware.process_view(asked)
        found.update(get=asked.GET.dict(), post=dict(asked.POST.lists()), files=sorted(asked.FILES))
        return HttpResponse()

    middleware = TypedTextMiddleware(view)
    middleware(request)
    return found


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_nul_is_taken_out_and_everything_else_stays(kind: str) -> None:
    form = {"text": "一\x00二", "many": ["a", "\x00"]}
    if kind.startswith("multipart"):
        request = FACTORY.post("/?q=%00水电&page=2", form)
    else:
        request = FACTORY.post("/?q=%00水电&page=2", "text=一%00二&many=a&many=%00", content_type=kind)
    found = seen(request)
    assert found["get"] == {"q": "水电", "page": "2"}
    assert found["post"] == {"text": ["一二"], "many": ["a", ""]}


def test_what_is_no_form_is_not_touched() -> None:
    request = FACTORY.post("/", b'{"a": "\\u0000"}', content_type="application/json")
    assert seen(request)["post"] == {}
    assert request.body == b'{"a": "\\u0000"}'
