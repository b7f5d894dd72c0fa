"""Objections by anybody, without signing in: what is written can be erased, how often is limited, one decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from qiying.capabilities.policies.models import Application, Objection
from qiying.capabilities.policies.services.applying.accepting import back_to_review
from qiying.capabilities.policies.services.applying.common import (
    APPROVED,
    PREPARED,
    application_of,
    hand,
    tell_lead,
)
from qiying.capabilities.policies.services.applying.deciding import refuse_with
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.phones import normalise_phone, phone_problem
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


def object_to(act: Act) -> None:
    """Write an objection down; the text, name and phone stand apart and can be erased.

    A signed one holds the payout until it is decided. Of those without a name only the first does: once a person
    has looked, or while one waits, more of them are clues for whoever looks (docs/decisions/0018).
    """
    application, known = application_of(act), ApplicationExtras.of(act.case)
    is_signed = bool(act.data.name.strip()) and phone_problem(normalise_phone(act.data.phone)) is None
    holds = is_signed or not Objection.objects.filter(application=application, is_signed=False).exists()
    no = known.objections + 1
    Objection.objects.create(
        application=application,
        no=no,
        text_ref=act.ref("text"),
        name_ref=act.ref("name"),
        phone_ref=act.ref("phone"),
        is_signed=is_signed,
        holds_payment=holds,
        made_at=act.now,
    )
    count = "objections_open" if holds else "objections_aside"
    act.set_extras(objections=no, **{count: getattr(known, count) + 1})
    act.count("objected")
    if not holds:
        return
    if act.clock("objection") is None:
        act.clock_start("objection", words="收到异议后要在这段时间里查明处理")
    tell_lead(act, "policy_objected", "reviewer+leader")


def check_objection(act: Act) -> Iterable[tuple[str, str]]:
    found = Objection.objects.filter(application__case_id=act.case.pk, no=act.data.objection_no).first()
    if found is None:
        yield "objection_no", "没有这条异议，请重选"
    elif found.decided_at is not None:
        yield "objection_no", "这条异议已经处理过"


def decide_objection(act: Act) -> None:
    """Decide one objection with what was found; upheld, it stops the payout."""
    application, data = application_of(act), act.data
    found = Objection.objects.get(application=application, no=data.objection_no)
    found.is_upheld, found.finding = data.decision != "rejected", data.finding
    found.decided_at, found.decided_by_id = act.now, act.viewer.person_id
    found.save(update_fields=["is_upheld", "finding", "decided_at", "decided_by"])
    count = "objections_open" if found.holds_payment else "objections_aside"
    act.set_extras(**{count: max(0, getattr(ApplicationExtras.of(act.case), count) - 1) or None})
    open_ = ApplicationExtras.of(act.case).objections_open
    hand(
        act,
        APPROVED if data.decision == "refuse" else PREPARED if data.decision == "again" else "objections_by",
    )
    if not open_:
        act.stop("objection")
    if data.decision == "rejected":
        return
    act.count("objection_upheld")
    act.stop("publicity", "approve", result="cancelled")
    application.public_to = act.today
    application.save(update_fields=["public_to"])
    if data.decision == "again":
        act.go("reviewing")
        back_to_review(act)
        tell_lead(act, "policy_returned", reason=data.finding)
    else:
        act.go("refused")
        refuse_with(act, "objection", data.finding)
