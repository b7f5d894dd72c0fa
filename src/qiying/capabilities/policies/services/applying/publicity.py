"""Making public what will be granted, and what people object to."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.services.applying.checking import proposed_fen
from qiying.capabilities.policies.services.applying.common import (
    application_of,
    reserve,
    tell_asker,
    tell_lead,
)
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock
from qiying.kernel.organisations.selectors import units_with
from qiying.ui.humanize import money_exact_words


def publicity_start(act: Act, application: Application, days: int) -> None:
    """Make the result public for so many workdays, the first day not counted."""
    act.go("publicity")
    clock = act.clock_start("publicity", limit=days, words=f"拟兑现的结果公示 {days} 个工作日")
    application.public_from, application.public_to = act.today, clock.due_by
    application.save(update_fields=["public_from", "public_to"])
    act.count("made_public")
    fen = proposed_fen(application, act.case)
    tell_asker(
        act,
        "policy_public",
        until=f"{clock.due_by.month}月{clock.due_by.day}日",
        amount=money_exact_words(fen) if fen else "",
        automatic=ApplicationExtras.of(act.case).way == "automatic",
        why=ApplicationExtras.of(act.case).why,
    )


def start_automatic(act: Act) -> None:
    """A batch approved by a second person: no acceptance and no review, the same publicity and payout."""
    application = application_of(act)
    act.set(accepted_on=act.today)
    act.count("accepted")
    if not reserve(act, application):
        act.set_extras(queued=True)
    days = application.policy.publicity_workdays
    act.set_extras(proposal="grant", proposed_fen=application.asked_fen)
    if days:
        publicity_start(act, application, days)
        return
    act.go("approving")
    act.clock_start("approve", words="公示期为零，直接核定")


def end_publicity(act: Act) -> None:
    """The days are over and nothing is open: to whoever approves."""
    act.stop("publicity", result="met")
    act.go("approving")
    act.clock_start("approve", words="公示结束后要在这段时间里核定")
    if ApplicationExtras.of(act.case).way != "automatic":
        tell_lead(act, "policy_approval_wanted", "reviewer+leader")


def period_moved(act: Act, clock: Clock) -> None:
    """A publicity period ends by the new calendar as well."""
    if clock.kind == "publicity":
        Application.objects.filter(case_id=act.case.pk).update(public_to=clock.due_by)


def supervision_tell(act: Act, template: str, **context: Any) -> None:
    """Tell the supervising units."""
    for unit_id in units_with(act.case.district_id, "supervision"):
        act.notify(template, f"u:{unit_id}", **context)
