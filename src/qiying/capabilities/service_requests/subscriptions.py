"""What this capability listens to and does in the background."""

from qiying.capabilities.service_requests.services import ledger_jobs, replies
from qiying.capabilities.service_requests.services.duplicates import doubles_scan
from qiying.capabilities.service_requests.services.filed import filed_remind
from qiying.capabilities.service_requests.services.follow_ups import case_closed_plan, follow_ups_draw
from qiying.capabilities.service_requests.services.hot_finding import hot_issues_find
from qiying.capabilities.service_requests.services.learning import (
    assignment_learn,
    classifiers_refresh,
    learning_refresh,
    return_learn,
)
from qiying.capabilities.service_requests.services.reviews import reviews_draw
from qiying.capabilities.service_requests.services.telling import asker_tell
from qiying.kernel.cases.jobs import register_job, subscribe
from qiying.kernel.cases.worker import WORKER

HOUR, DAY = 3600, 86400


def register() -> None:
    """Subscribe and name the tasks, once a process; each may run again without harm."""
    subscribe("tell_asker", asker_tell)
    register_job(ledger_jobs.JOB, ledger_jobs.ledger_work)
    subscribe("request_assigned", assignment_learn)
    subscribe("request_returned", return_learn)
    for event, receive in replies.subscriptions():
        subscribe(event, receive)
    WORKER.register("replies", 60, replies.webhooks_confirm)
    WORKER.register("doubles", 15, doubles_scan)
    WORKER.register("learning", HOUR, learning_refresh)
    WORKER.register("classifiers", 1200, classifiers_refresh)
    # after a case ended: lists are drawn, hot issues found, filed cases remembered
    subscribe("case_closed", case_closed_plan)
    WORKER.register("follow_ups", DAY, follow_ups_draw)
    WORKER.register("reviews", DAY, reviews_draw)
    WORKER.register("hot_issues", 6 * HOUR, hot_issues_find)
    WORKER.register("filed", DAY, filed_remind)
