"""An objection by anybody, without signing in; what he writes can be erased, and how often he may write is limited."""

from __future__ import annotations

from datetime import datetime, timedelta

from qiying.capabilities.policies.models import Application
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.throttle import Limit, attempt
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import system_viewer

DAY = timedelta(days=1)
A_PAYOUT, AN_ADDRESS, FROM_ALL = 3, 10, 20
"""Objections a day: from one address to one payout, from one address to all, and to one payout from everywhere."""


def objection_make(
    *, application: Application, text: str, name: str, phone: str, now: datetime, address: str = ""
) -> Case:
    """Record an objection to what is being made public; `address` is where it was sent from, if from outside.

    Raises: GuardFailed when a day's limit is reached, ActionNotAvailable once the period is over.
    """
    payout = str(application.pk)
    limits = [Limit("objection-payout", payout, FROM_ALL, DAY)]
    if address:
        limits += [
            Limit("objection-here", f"{address} {payout}", A_PAYOUT, DAY),
            Limit("objection-address", address, AN_ADDRESS, DAY),
        ]
    if exceeded := attempt(limits, at=now):
        where = "这一件" if exceeded.scope == "objection-payout" else "您这里"
        raise GuardFailed(
            [f"{where}今天的异议已经很多，前面的都收到了。请 {exceeded.words}后再交，急的打主办部门电话"]
        )
    actor = system_viewer("worker", district_id=application.district_id)
    data = {"text": text, "name": name, "phone": phone}
    return case_act(case=application.case, action="object", actor=actor, data=data, now=now)
