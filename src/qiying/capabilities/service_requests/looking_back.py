"""What happens by itself after a case ended: lists are drawn, hot issues found, filed cases remembered."""

from qiying.capabilities.service_requests.services.filed import filed_remind
from qiying.capabilities.service_requests.services.follow_ups import case_closed_plan, follow_ups_draw
from qiying.capabilities.service_requests.services.hot_finding import hot_issues_find
from qiying.capabilities.service_requests.services.reviews import reviews_draw
from qiying.kernel.cases.jobs import subscribe
from qiying.kernel.cases.worker import WORKER

SIX_HOURS, DAY = 6 * 3600, 86400


def register() -> None:
    """Subscribe and name the tasks, once a process; each may run again without harm."""
    subscribe("case_closed", case_closed_plan)
    WORKER.register("follow_ups", DAY, follow_ups_draw)
    WORKER.register("reviews", DAY, reviews_draw)
    WORKER.register("hot_issues", SIX_HOURS, hot_issues_find)
    WORKER.register("filed", DAY, filed_remind)
