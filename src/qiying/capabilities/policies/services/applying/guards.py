"""Why a step of an application cannot be done now: sentences for a person, or None."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from qiying.capabilities.policies.services.applying.common import APPROVED, PREPARED
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.vocabulary import Guard


def _is_one_of(context: CaseContext, *keys: str) -> bool:
    person = context.viewer.person_id
    extras = ApplicationExtras.of(context.case)
    return person is not None and any(person in getattr(extras, key) for key in keys)


def not_prepared_here(context: CaseContext) -> str | None:
    """Who accepted, reviewed, filed or sampled an application does not decide on it (law 6)."""
    return "受理、审核过这件的人不能核定，要由另一个人来" if _is_one_of(context, PREPARED) else None


def not_approved_here(context: CaseContext) -> str | None:
    """Who once approved or refused does not review it afterwards (law 6)."""
    return "核定、拒绝过这件的人不能再审核，要由另一个人来" if _is_one_of(context, APPROVED) else None


def not_decided_here(context: CaseContext) -> str | None:
    """Who reviewed or approved does not pay, and does not judge the appeal (law 6)."""
    return "审核、核定过这件的人不能再办这一步" if _is_one_of(context, PREPARED, APPROVED) else None


def is_instant(context: CaseContext) -> str | None:
    return None if ApplicationExtras.of(context.case).way == "instant" else "只有即申即享的可以当场确认"


def not_instant(context: CaseContext) -> str | None:
    return (
        "即申即享的不用会审，核对后直接确认" if ApplicationExtras.of(context.case).way == "instant" else None
    )


def is_automatic(context: CaseContext) -> str | None:
    return None if ApplicationExtras.of(context.case).way == "automatic" else "只有免申即享的由系统办"


def automatic_if_system(context: CaseContext) -> str | None:
    """The system approves only what a batch's second person approved before."""
    return is_automatic(context) if context.viewer.is_system else None


def co_units_answered(context: CaseContext) -> str | None:
    """The lead concludes when every co-department has said its opinion; silence is not consent."""
    missing = context.open_co_assignments
    if not missing:
        return None
    names = "、".join(a.unit.short_name or a.unit.name for a in missing)
    return f"还差 {len(missing)} 家的意见：{names}"


def own_opinion_waits(context: CaseContext) -> str | None:
    waiting = {a.no for a in context.open_co_assignments}
    return None if any(a.no in waiting for a in context.own_assignments) else "您单位的意见已经交了"


def proposal(wanted: str) -> Guard:
    """Return a guard that asks what the review proposed: `grant` or `refuse`."""

    def guard(context: CaseContext) -> str | None:
        said = ApplicationExtras.of(context.case).proposal
        if context.case.state != "approving" or said == wanted:
            return None
        return "审核意见是不予兑现，不能核定；不同意就退回重审"

    return guard


def no_open_objection(context: CaseContext) -> str | None:
    count = ApplicationExtras.of(context.case).objections_open
    return f"还有 {count} 条异议没有处理" if count else None


def has_open_objection(context: CaseContext) -> str | None:
    known = ApplicationExtras.of(context.case)
    return None if known.objections_open or known.objections_aside else "没有要处理的异议"


def publicity_is_over(context: CaseContext) -> str | None:
    clock = context.clock("publicity")
    if clock is None or context.today > clock.due_by:
        return None
    return f"公示到{clock.due_by.month}月{clock.due_by.day}日为止"


def within_appeal_time(context: CaseContext) -> str | None:
    closed = context.case.closed_on
    if closed is None or ApplicationExtras.of(context.case).appealed_on:
        return "已经复核过一次，不服可以申请行政复议或提起行政诉讼"
    days = int(parameter("policy.appeal_days", district_id=context.case.district_id, on=context.today))
    if context.today > closed + timedelta(days=days):
        return f"申请复核要在收到决定后 {days} 天内"
    return None


def not_rated(context: CaseContext) -> str | None:
    return "已经评价过" if ApplicationExtras.of(context.case).rating else None


def check_opinion(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.opinion == "disagree" and len(act.data.reason) < 4:
        yield "reason", "不同意要写明理由"
