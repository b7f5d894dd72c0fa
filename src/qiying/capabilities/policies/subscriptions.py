"""What this capability listens to and does in the background."""

from qiying.capabilities.policies.services.applying.ticking import applications_tick, batches_tick
from qiying.capabilities.policies.services.calculating import shared_expire
from qiying.capabilities.policies.services.catalogue.due import versions_due
from qiying.capabilities.policies.services.matching.worker import EVENTS, application_moved, matching_tick
from qiying.capabilities.policies.services.money.queue import queues_tick
from qiying.capabilities.policies.services.pushing.news import subscribers_tell
from qiying.capabilities.policies.services.pushing.receipts import receipts_collect
from qiying.capabilities.policies.services.pushing.sending import pushes_send
from qiying.kernel.cases.jobs import subscribe
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe once a process."""
    WORKER.register("policy_applications", 60, applications_tick)
    WORKER.register("policy_batches", 15, batches_tick)
    WORKER.register("policy_money_queues", 15, queues_tick)
    WORKER.register("policies_due", 600, versions_due)
    WORKER.register("policy_shared", 86400, lambda now: shared_expire(at=now))
    WORKER.register("policy_matching", 2, matching_tick)
    WORKER.register("policy_pushes", 60, pushes_send)
    WORKER.register("policy_receipts", 600, receipts_collect)
    subscribe("policy_changed", subscribers_tell)
    for event in EVENTS:
        subscribe(event, application_moved)
