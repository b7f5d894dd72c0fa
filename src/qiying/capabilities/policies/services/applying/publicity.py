"""Making public what will be granted, and what people object to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qiying.capabilities.policies.models import Application, Objection
from qiying.capabilities.policies.services.applying import money
from qiying.capabilities.policies.services.applying.checking import proposed_fen
from qiying.capabilities.policies.services.applying.common import (
    APPROVED,
    PREPARED,
    application_of,
    hand,
    tell_asker,
    tell_lead,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock
from qiying.kernel.organisations.phones import normalise_phone, phone_problem
from qiying.kernel.organisations.selectors import units_with
from qiying.ui.humanize import money_exact_words


def publicity_start(act: Act, application: Application, days: int) -> None:
    """Make the result public for so many workdays, the first day not counted."""
    act.go("publicity")
    clock = act.clock_start("publicity", limit=days, words=f"拟兑现的结果公示 {days} 个工作日")
    application.public_from, application.public_to = act.today, clock.due_by
    application.save(update_fields=["public_from", "public_to"])
    act.count("made_public")
    fen = proposed_fen(application, act.case.extras)
    tell_asker(
        act,
        "policy_public",
        until=f"{clock.due_by.month}月{clock.due_by.day}日",
        amount=money_exact_words(fen) if fen else "",
        automatic=act.case.extras.get("way") == "automatic",
        why=str(act.case.extras.get("why", "")),
    )


def start_automatic(act: Act) -> None:
    """A batch approved by a second person: no acceptance and no review, the same publicity and payout."""
    application = application_of(act)
    act.set(accepted_on=act.today)
    act.count("accepted")
    if not money.reserve(act, application):
        act.set_extras(queued=True)
    days = application.policy.publicity_workdays
    act.set_extras(proposal="grant", proposed_fen=application.asked_fen)
    if days:
        publicity_start(act, application, days)
        return
    act.go("approving")
    act.clock_start("approve", words="公示期为零，直接核定")


def object_to(act: Act) -> None:
    """Write an objection down; the text, name and phone stand apart and can be erased.

    A signed one holds the payout until it is decided. Of those without a name only the first does: once a person
    has looked, or while one waits, more of them are clues for whoever looks (docs/decisions/0018).
    """
    application, known = application_of(act), act.case.extras
    is_signed = bool(act.data.name.strip()) and phone_problem(normalise_phone(act.data.phone)) is None
    holds = is_signed or not Objection.objects.filter(application=application, is_signed=False).exists()
    no = int(known.get("objections", 0)) + 1
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
    act.set_extras(objections=no, **{count: int(known.get(count, 0)) + 1})
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
    from qiying.capabilities.policies.services.applying.accepting import back_to_review
    from qiying.capabilities.policies.services.applying.deciding import refuse_with

    application, data = application_of(act), act.data
    found = Objection.objects.get(application=application, no=data.objection_no)
    found.is_upheld, found.finding = data.decision != "rejected", data.finding
    found.decided_at, found.decided_by_id = act.now, act.viewer.person_id
    found.save(update_fields=["is_upheld", "finding", "decided_at", "decided_by"])
    count = "objections_open" if found.holds_payment else "objections_aside"
    act.set_extras(**{count: max(0, int(act.case.extras.get(count, 0)) - 1) or None})
    open_ = act.case.extras.get("objections_open")
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


def end_publicity(act: Act) -> None:
    """The days are over and nothing is open: to whoever approves."""
    act.stop("publicity", result="met")
    act.go("approving")
    act.clock_start("approve", words="公示结束后要在这段时间里核定")
    if act.case.extras.get("way") != "automatic":
        tell_lead(act, "policy_approval_wanted", "reviewer+leader")


def period_moved(act: Act, clock: Clock) -> None:
    """A publicity period ends by the new calendar as well."""
    if clock.kind == "publicity":
        Application.objects.filter(case_id=act.case.pk).update(public_to=clock.due_by)


def supervision_tell(act: Act, template: str, **context: Any) -> None:
    """Tell the supervising units."""
    for unit_id in units_with(act.case.district_id, "supervision"):
        act.notify(template, f"u:{unit_id}", **context)
