"""What others link to: the page of numbers at an address of their own, and ordering what they show as a report."""

from urllib.parse import urlencode

from django.urls import reverse

from qiying.cockpit.views.numbers import SCHEDULE, numbers_page
from qiying.kernel.organisations.offers import provide
from qiying.kernel.permissions.viewer import Viewer


def schedule_url(viewer: Viewer, page: str, query: str = "") -> str:
    """Return where a page under these filters is ordered as a report, empty for whoever may not."""
    asked = urlencode({"page": page, "query": query})
    return f"{reverse('cockpit:schedule_new')}?{asked}" if viewer.has(SCHEDULE) else ""


provide("numbers_page", numbers_page)
provide("schedule_url", schedule_url)
