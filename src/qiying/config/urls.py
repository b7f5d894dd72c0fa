"""The root of all addresses: each app keeps its own paths, capabilities are found by their folder, top layer last."""

from django.urls import URLPattern, URLResolver, include, path

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

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/v1/", api.urls),
    path("accounts/", include("qiying.kernel.organisations.account_urls")),
    *(path("", include(module)) for module in PAGES),
]
