"""What the home pages show of service requests: say a problem, what waits for me, my requests, whom to call."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.service_requests.models import BestCase
from qiying.capabilities.service_requests.selectors.hot import alike_of, hot_issues_visible_to
from qiying.capabilities.service_requests.services.qr_codes import qr_code_make
from qiying.capabilities.service_requests.views import waiting as declared_waiting  # noqa: F401
from qiying.capabilities.service_requests.views.enterprise import showing as asker_words  # noqa: F401
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile, provide
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import desk_of
from qiying.kernel.permissions.viewer import Viewer


def say(request: ViewerRequest) -> Tile:
    """Offer to say a problem; it opens the form."""
    return Tile("enterprise/tiles/say.html", leads=True)


def contact(request: ViewerRequest) -> Tile | None:
    """Return the desk to call; without a phone there is nothing to show."""
    district_id = request.viewer.district_id
    unit = desk_of(district_id) if district_id is not None else None
    if unit is None or not unit.phone:
        return None
    return Tile("enterprise/tiles/contact.html", {"unit": unit})


offer_tile("service_requests.say", 10, say)
offer_tile("service_requests.contact", 90, contact)
offer_nav("replies", "等回复的来源", "service_requests:replies", ("desk",), 20, group="desk", first=("desk",))
offer_nav("letters", "发文登记", "documents:letters", ("desk",), 50, group="desk")
offer_nav("posters", "印二维码", "service_requests:posters", ("desk",), 60, group="desk")
CHANNELS = ("desk", "admin", "supervisor")
offer_nav("channels", "渠道", "service_requests:channels", CHANNELS, 30, group="registers")
offer_nav("categories", "类别", "service_requests:categories", ("desk", "admin"), 31, group="registers")


# --- after a case ended ---
def case_panels(case: Case, viewer: Viewer, today: date) -> list[Tile]:
    """Return the panels a case page may show beside a case: how many of its kind came lately; at most three queries."""
    if case.procedure != "service_request" or case.kind != "problem":
        return []
    found = alike_of(case, today)
    if found.count < 2 and found.issue is None:
        return []
    seen = hot_issues_visible_to(viewer).filter(pk=found.issue.pk).exists() if found.issue else False
    return [Tile("learning/_alike.html", {"case": case, "alike": found, "may_open": seen})]


def best_cases_chosen(*, district_id: int, first: date, last: date) -> int:
    """Return how many best cases the district chose for the years from `first` to `last`."""
    rows = BestCase.objects.filter(district_id=district_id, year__gte=first.year, year__lte=last.year)
    return rows.count()


provide("case_panels", case_panels)
provide("best_cases_chosen", best_cases_chosen)
REVIEWS = ("desk", "supervisor", "leader", "district_leader", "liaison", "callback")
UTILITY = ("utility_handler", "utility_head")
LED = (*REVIEWS, *UTILITY)
offer_nav("reviews", "复盘", "service_requests:reviews", LED, 10, group="learning", first=("supervisor",))
HOT = (*LED, "policy")
offer_nav(
    "hot",
    "热点",
    "service_requests:hot_issues",
    HOT,
    11,
    group="learning",
    first=("supervisor", "district_leader"),
)
offer_nav("best", "十佳案例", "service_requests:best_cases", REVIEWS, 12, group="learning")
offer_nav(
    "filed", "解释存档", "service_requests:filed", ("desk", "supervisor", "callback"), 13, group="learning"
)
TEMPLATES = ("liaison", "leader", *UTILITY)
offer_nav(
    "answer_templates", "答复模板", "service_requests:answer_templates", TEMPLATES, 14, group="learning"
)


def say_door(district_id: int, place: str) -> str:
    """Return where somebody at a place says a problem, for cards and sheets of other capabilities."""
    return reverse("service_requests:qr", args=[qr_code_make(district_id=district_id, place=place)])


provide("say_door", say_door)
