"""More time for a complex case, false papers found afterwards, a refusal looked at again."""

from __future__ import annotations

from datetime import date, timedelta

from qiying.capabilities.credit_repair.models import CreditRecord, FalseMaterial
from qiying.capabilities.credit_repair.rules.law import false_until
from qiying.capabilities.credit_repair.rules.standing import day
from qiying.capabilities.credit_repair.services.acts import REMEDY, known, record_in, tell_asker
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.standard import asking
from qiying.kernel.documents.certificates import certificates_of, revoke_certificate


def not_extended(context: CaseContext) -> str | None:
    """A complex case gets ten workdays more, once."""
    clock = context.clock("result")
    return "已经延长过一次" if clock is not None and clock.extended_by else None


def extension_asked(act: Act) -> None:
    asking.ask(act, "extension", days=int(act.parameter("credit.more")))


def extension_granted(act: Act, approval: Approval) -> None:
    clock = act.clock("result")
    if clock is not None:
        act.clock_extend(clock, approval.days or 0)
        tell_asker(act, "credit_extended", reason=approval.reason, until=day(clock.due_by))


def falsified(act: Act, approval: Approval) -> None:
    """False papers: the record is published again, the certificate ends, for three years nothing on its word."""
    row, until = record_in(act), false_until(act.today)
    FalseMaterial.objects.create(
        enterprise=row.enterprise,
        case_id=act.case.pk,
        found_on=act.today,
        until_on=until,
        reason=approval.reason,
    )
    CreditRecord.objects.filter(pk=row.pk).update(state=CreditRecord.State.PUBLISHED, settled_on=None)
    row.places.filter(stopped_on__isnull=False).update(stopped_on=None, receipt="", stopped_by=None)
    for held in certificates_of(row.enterprise_id, "credit_repair").filter(case_id=act.case.pk):
        revoke_certificate(held, reason=f"申请材料虚假：{approval.reason}", by=act.viewer, now=act.now)
    act.end_clocks()
    act.set(outcome="falsified")
    act.count("falsified")
    tell_asker(act, "credit_falsified", reason=approval.reason, until=day(until), remedy=REMEDY)


def within_appeal_time(context: CaseContext) -> str | None:
    """A refusal is looked at again where it is asked within the days."""
    refused_on = known(context).refused_on
    days = parameter("credit.appeal_days", district_id=context.case.district_id, on=context.today)
    if refused_on and context.today > date.fromisoformat(refused_on) + timedelta(days=int(days)):
        return f"过了 {days} 天，不能再申请复核"
    row = record_in(context)
    if row.case_id != context.case.pk:
        return "这条记录已经另外申请过，请看那一件"
    return None


def appealed(act: Act) -> None:
    act.set(outcome="")
    act.clock_start("appeal", words="申请复核后要在这段时间里答复")
    act.count("appealed")
    act.tell("supervision", "credit_appealed", reason=act.data.reason)


def appeal_decided(act: Act) -> None:
    """Upheld, and the unit reviews it again with the law's days; or the refusal stands."""
    data = act.data
    act.stop("appeal")
    act.set_extras(appeal_finding=data.finding)
    if data.decision == "rejected":
        act.set(outcome="refused")
        act.go("refused")
    else:
        act.count("appeal_upheld")
        act.set_extras(opinion="", refusal="", refusal_words="", again_on="")
        for kind in ("promise", "result"):
            stopped = next((c for c in reversed(act.clocks) if c.kind == kind), None)
            if stopped is not None:
                act.clock_restart(stopped)
        act.go("reviewing")
        act.tell("lead", "credit_to_review", number=record_in(act).number)
    words = "维持原来的决定" if data.decision == "rejected" else "复核成立，重新审核"
    tell_asker(act, "credit_appeal_decided", decision=words, finding=data.finding, remedy=REMEDY)


def not_decided_here(context: CaseContext) -> str | None:
    """Who refused does not decide the appeal."""
    mine = context.viewer.unit_ids & set(context.units_of("lead"))
    return "作出决定的单位不能自己复核" if mine else None
