"""Where applications stand on pages of cases, on homes and in the navigation, and their addresses for other pages."""

from django.urls import reverse

from qiying.capabilities.approvals.services.plans import bundle_files
from qiying.capabilities.approvals.views import application_panels
from qiying.kernel.organisations.offers import provide


def bundle_urls() -> dict[str, str]:
    """Return where each bundle is applied for, by its code and by its name."""
    urls = {code: reverse("approvals:thing", args=[code]) for code in bundle_files()}
    return {**{raw["name"]: urls[code] for code, raw in bundle_files().items()}, **urls}


provide("bundle_urls", bundle_urls)
provide("things_url", lambda: reverse("approvals:things"))
provide("apply_url", lambda code: reverse("approvals:apply_item", args=[code]))
application_panels.register()
