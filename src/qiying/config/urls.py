"""The root of all addresses: each app keeps its own paths, capabilities are found by their folder, top layer last."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from qiying.config import health, metrics
from qiying.config.api import api, openapi
from qiying.config.capabilities import with_module

# Apps that keep pages of their own, in the order their addresses are tried.
PAGES = [
    "qiying.ui.urls",
    "qiying.kernel.permissions.urls",
    "qiying.kernel.audit.urls",
    "qiying.kernel.organisations.urls",
    "qiying.kernel.enterprises.urls",
    "qiying.kernel.consents.urls",
    "qiying.kernel.documents.urls",
    "qiying.kernel.notices.urls",
    "qiying.kernel.forms.urls",
    "qiying.kernel.cases.urls",
    "qiying.kernel.bookings.urls",
    "qiying.kernel.gatherings.urls",
    *with_module("urls"),
    "qiying.kernel.cases.asker_urls",  # `/my/…` of whoever asked, after what capabilities keep there
    "qiying.cockpit.urls",
    "qiying.portal.urls",
]


class FirstWords(RoutePattern):
    """The empty prefix of an app whose addresses begin with known words; other paths do not enter it.

    Forty apps share the root: without this a request would try the six hundred addresses one by one.
    """

    def __init__(self, inside: Iterable[URLPattern | URLResolver]) -> None:
        super().__init__("")
        self.words = {str(one.pattern).partition("/")[0] for one in inside}
        self.takes_any = any("<" in word for word in self.words)

    def match(self, path: str) -> Any:
        """Return what RoutePattern does, or None for a path that no address inside can begin with."""
        known = self.takes_any or path.partition("/")[0] in self.words
        return super().match(path) if known else None


def pages(module: str) -> URLResolver:
    """Return an app's addresses under the empty prefix."""
    urls, app_name, namespace = include(module)
    inside = import_module(module).urlpatterns
    return URLResolver(FirstWords(inside), urls, None, app_name=app_name, namespace=namespace)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/v1/", api.urls),
    path("accounts/", include("qiying.kernel.organisations.account_urls")),
    *(pages(module) for module in PAGES),
]
