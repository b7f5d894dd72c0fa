"""What this capability listens to and does in the background."""

from qiying.capabilities.service_requests import looking_back
from qiying.capabilities.service_requests.services import ledger_jobs, replies
from qiying.capabilities.service_requests.services.duplicates import doubles_scan
from qiying.capabilities.service_requests.services.learning import (
    assignment_learn,
    classifiers_refresh,
    learning_refresh,
    return_learn,
)
from qiying.capabilities.service_requests.services.telling import asker_tell
from qiying.kernel.cases.jobs import register_job, subscribe
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe once a process."""
    subscribe("tell_asker", asker_tell)
    register_job(ledger_jobs.JOB, ledger_jobs.ledger_work)
    subscribe("request_assigned", assignment_learn)
    subscribe("request_returned", return_learn)
    for event, receive in replies.subscriptions():
        subscribe(event, receive)
    WORKER.register("replies", 60, replies.webhooks_confirm)
    WORKER.register("doubles", 15, doubles_scan)
    WORKER.register("learning", 3600, learning_refresh)
    WORKER.register("classifiers", 1200, classifiers_refresh)
    looking_back.register()
