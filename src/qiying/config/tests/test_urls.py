"""Addresses are found by their first word, and by nothing else than Django would."""

import re

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, clear_url_caches, include, path, resolve

from qiying.config import urls


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for one in patterns:
        route = before + str(one.pattern)
        found += _routes(one.url_patterns, route) if isinstance(one, URLResolver) else [route]
    return found


def test_every_address_leads_where_it_leads_without_first_words(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = [r for r in _routes(urls.urlpatterns) if not r.startswith(("^", "api/"))]
    asked = ["/" + re.sub(r"<(\w+:)?\w+>", "1", route) for route in routes]
    assert len(asked) > 500
    by_words = {one: _found(one) for one in asked}
    plain = [path("", include(module)) for module in urls.PAGES]
    others = [one for one in urls.urlpatterns if not isinstance(one.pattern, urls.FirstWords)]
    monkeypatch.setattr(urls, "urlpatterns", others + plain)
    clear_url_caches()
    try:
        assert {one: _found(one) for one in asked} == by_words
    finally:
        monkeypatch.undo()
        clear_url_caches()


def _found(asked: str) -> object:
    try:
        return resolve(asked).func
    except Resolver404:
        return None


def test_a_path_no_address_begins_with_enters_no_app() -> None:
    with pytest.raises(Resolver404) as refused:
        resolve("/nowhere/at/all/")
    entered = [tried for tried in refused.value.args[0]["tried"] if len(tried) > 1]
    assert len(entered) < 60
