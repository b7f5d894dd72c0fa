"""A penalty from filing to its end: told, heard, proposed by one and decided by another, leniency asked, paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from qiying.capabilities.penalties.models import Penalty
from qiying.capabilities.penalties.rules.law import (
    KINDS,
    Leniency,
    hearing_notice_ok,
    late_fine,
    leniency,
    limited_until,
    on_the_spot,
)
from qiying.capabilities.penalties.selectors import PROCEDURE, earlier_penalties, penalty_of, punishing_unit
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import Approval, Case
from qiying.kernel.cases.standard import asking
from qiying.kernel.documents.letter_layout import chinese_date as day
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer

REPORT = timedelta(hours=24)
HARM = {"none": "没有", "slight": "轻微", "real": "有"}


class PenaltyExtras(Extras):
    """What belongs to a penalty alone, beside its row."""

    origin: str = ""
    has_hearing: bool = False
    hearing_asked: bool = False
    hearing_held: bool = False
    defence: str = ""
    proposal: dict[str, Any] = {}
    advice: str = ""
    receipt: str = ""
    documents: list[int] = []
    record: int = 0


def extras_of(context: CaseContext) -> PenaltyExtras:
    return PenaltyExtras.of(context.case)


def penalty_in(context: CaseContext) -> Penalty:
    """Return the row of a penalty's case."""
    found = penalty_of(context.case)
    assert found is not None
    return found


def keep(act: Act, **values: Any) -> Penalty:
    """Write fields of the row of a penalty's case and return it."""
    row = penalty_in(act)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


@transaction.atomic
def penalty_file(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """File a case; what lies too far back is refused, and so is a body that is not listed."""
    today = local_date(now)
    unit = punishing_unit(actor, today)
    if unit is None:
        raise NotPermitted("您的单位不在检查主体名录里")
    firm = Enterprise.objects.filter(pk=data.enterprise_id, district_id=district_id).first()
    fields: dict[str, list[str]] = {}
    until = limited_until(data.ended_on, is_grave=data.is_grave)
    if firm is None:
        fields["enterprise_id"] = ["本区没有这家企业"]
    if data.ended_on > today:
        fields["ended_on"] = ["不能在今天以后"]
    elif until < today:
        years = 5 if data.is_grave else 2
        fields["ended_on"] = [f"{years} 年内没有被发现的不再处罚（第三十六条），到{day(until)}为止"]
    refuse(fields)
    assert firm is not None
    case = case_open(
        procedure=PROCEDURE, actor=actor, data=data.model_dump(), now=now, district_id=district_id,
        extras={"origin": data.origin}, session_key=session_key,
    )  # fmt: skip
    Penalty.objects.create(
        case=case, district_id=district_id, enterprise=firm, unit=unit, fact=data.fact, basis=data.basis,
        ended_on=data.ended_on, is_grave=data.is_grave,
    )  # fmt: skip
    return case


def filed(act: Act) -> None:
    """The 90 days of the decision begin."""
    unit = punishing_unit(act.viewer, act.today)
    firm = Enterprise.objects.get(pk=act.data.enterprise_id)
    assert unit is not None
    title = f"处罚：{firm.label} {act.data.fact}"[:120]
    act.set(title=title, enterprise_id=firm.pk, lead_unit_id=unit.pk, kind="penalty")
    act.party_add(f"u:{unit.pk}", "lead")
    act.on_behalf = f"u:{unit.pk}"
    for unit_id in units_with(act.case.district_id, "law_watch"):
        act.party_add(f"u:{unit_id}", "supervision")
    act.index_text = f"{act.case.number}\n{act.case.title}\n{firm.name}"
    act.count("filed")
    act.clock_start("decide", words="立案起作出决定")


def goods_held(act: Act) -> None:
    act.clock_start("goods", words="证据先行登记保存后作出处理")


def goods_released(act: Act) -> None:
    act.stop("goods")


def within(act: Act, start: date, days: int) -> int:
    """Return how many days go to the last workday within a limit that may not be passed."""
    while days > 1 and not act.calendar.is_workday(start + timedelta(days=days)):
        days -= 1
    return days


def seal_asked(act: Act) -> None:
    """Ask the head to seal or seize; where it is urgent it is done at once and reported within 24 hours (art. 19)."""
    asking.ask(act, "seal", reason=f"{act.data.goods}：{act.data.reason}")
    if act.data.is_urgent:
        _seal(act)
        until = local_time(act.now + REPORT)
        act.clock_start("report", words=f"当场采取的，{until:%-m月%-d日 %H:%M} 以前报告、补办批准")


def _seal(act: Act) -> None:
    limit = within(act, act.today, int(act.parameter("penalty.seal")))
    act.clock_start("seal", limit=limit, words="查封、扣押不得超过的期限，最后一天放假的提前")
    act.party_add(penalty_in(act).enterprise.key, "checked")
    act.count("sealed")


def seal_decided(act: Act) -> None:
    """The head agrees, and an urgent one was reported in time or late; refused, it is lifted at once."""
    approval, urgent = asking.decided(act, "seal"), act.clock("report")
    if urgent is not None:
        act.count("reported_in_time" if act.now <= urgent.started_at + REPORT else "reported_late")
        act.stop("report")
    if approval is None:
        act.stop("seal", result="cancelled")
    elif urgent is None:
        _seal(act)


def is_sealed(context: CaseContext) -> str | None:
    return None if context.clock("seal") is not None else "没有查封、扣押着的"


def is_sealed_once(context: CaseContext) -> str | None:
    clock = context.clock("seal")
    return is_sealed(context) or ("延长过了，只能延长一次" if clock and clock.extended_by else None)


def seal_lengthened(act: Act, approval: Approval) -> None:
    """Thirty days more at most, told to the firm with the reason (art. 25)."""
    clock = act.clock("seal")
    assert clock is not None
    days = int(act.parameter("penalty.seal")) + int(act.parameter("penalty.seal_more"))
    act.clock_extend(clock, within(act, clock.started_on, days) - clock.limit)
    words = {"reason": approval.reason, "until": day(clock.due_by)}
    act.notify("penalty_seal_longer", penalty_in(act).enterprise.key, **words)


def unsealed(act: Act) -> None:
    act.stop("seal")


def told(act: Act) -> None:
    """Tell the firm what is intended; a larger one may be heard."""
    row = penalty_in(act)
    large = Decimal(str(act.parameter("penalty.large")))
    has_hearing = act.data.kind in {"suspend", "revoke"} or act.data.fine >= large
    act.party_add(row.enterprise.key, "checked")
    act.set_extras(has_hearing=has_hearing)
    if has_hearing:
        act.clock_start("hearing", words="告知后企业要求听证")
    what = penalty_words(act.data.kind, act.data.fine)
    hearing = "可以要求听证" if has_hearing else "可以陈述、申辩"
    act.notify("penalty_told", row.enterprise.key, what=what, fact=row.fact, hearing=hearing)


def penalty_words(kind: str, fine: Decimal) -> str:
    """Return a penalty in words."""
    return f"{KINDS[kind]} {fine:,.2f} 元" if kind == "fine" else KINDS[kind]


def defended(act: Act) -> None:
    act.set_extras(defence=act.data.text)


def may_ask_hearing(context: CaseContext) -> str | None:
    """A hearing is asked within 5 workdays of being told (art. 64)."""
    known = extras_of(context)
    clock = context.clock("hearing")
    if not known.has_hearing:
        return "数额不大的没有听证，可以陈述、申辩"
    if known.hearing_asked or clock is None:
        return "已经要求过听证"
    return f"要求听证到{day(clock.due_by)}为止，过了" if context.today > clock.due_by else None


def hearing_asked(act: Act) -> None:
    act.stop("hearing")
    act.set_extras(hearing_asked=True)
    act.tell("lead", "penalty_hearing_asked")


def check_hearing(act: Act) -> Iterable[tuple[str, str]]:
    """A hearing is announced 7 workdays before it is held."""
    if not hearing_notice_ok(act.data.told_on, act.data.held_on, act.calendar):
        yield "told_on", "举行听证的七个工作日前要通知企业（第六十四条）"
    if act.data.held_on > act.today:
        yield "held_on", "开过了再登记"


def hearing_held(act: Act) -> None:
    act.set_extras(hearing_held=True)


def is_asked_for_hearing(context: CaseContext) -> str | None:
    known = extras_of(context)
    return None if known.hearing_asked and not known.hearing_held else "没有要开的听证"


def hearing_settled(context: CaseContext) -> str | None:
    """Nothing is decided while the firm may still ask to be heard, or was not heard."""
    known = extras_of(context)
    if known.hearing_asked and not known.hearing_held:
        return "企业要求了听证，开过再提处罚意见"
    clock = context.clock("hearing")
    if clock is not None and context.today <= clock.due_by:
        return f"企业还可以要求听证，到{day(clock.due_by)}为止"
    return None


def lenient(data: Any) -> Leniency:
    """Return what the three rules say of a proposal."""
    return leniency(
        is_slight=data.is_slight, harm=data.harm, is_corrected=data.is_corrected, is_first=data.is_first,
        no_fault=data.no_fault,
    )  # fmt: skip


def in_view(context: CaseContext) -> list[tuple[str, str]]:
    """Show before a proposal what is known: earlier penalties, and the defence."""
    row = penalty_in(context)
    earlier = earlier_penalties(row)
    told = "；".join(f"{p.decided_on} {p.fact}" for p in earlier[:5]) or "没有，属初次违法"
    return [("以前的处罚", told), ("企业的陈述申辩", extras_of(context).defence or "没有")]


def check_proposal(act: Act) -> Iterable[tuple[str, str]]:
    """Art. 33 forbids first; then the summary procedure, the fine itself, one act fined once."""
    data, row = act.data, penalty_in(act)
    rule, earlier = lenient(data), earlier_penalties(row)
    if data.is_first and earlier:
        yield "is_first", f"不是初次：{earlier[0].decided_on} 罚过"
    if rule.verdict == "must_not" and data.decision == "punish":
        yield "decision", f"{rule.rule}：{rule.words}，不能提处罚"
    if rule.verdict == "none" and data.decision == "spare":
        yield "decision", "第三十三条三条规则都不符合，不能不罚"
    if data.decision == "spare":
        if len(data.education) < 4:
            yield "education", "不予处罚的要写明怎么教育"
        return
    if not data.kind:
        yield "kind", "请选处罚种类"
    if data.kind == "fine" and data.fine <= 0:
        yield "fine", "罚款要写数额"
    if data.kind != "fine" and data.fine:
        yield "fine", "不是罚款的不写数额"
    if data.is_summary and data.kind and not on_the_spot(data.kind, data.fine):
        yield "is_summary", "对企业当场处罚只能是警告，或者 3000 元以下的罚款（第五十一条）"
    if not data.is_summary and act.from_state == "filed":
        yield "is_summary", "普通程序先告知企业，再提处罚意见"
    if data.kind == "fine" and any(p.fact == row.fact and p.ended_on == row.ended_on for p in earlier):
        yield "fine", "同一个违法行为已经罚过款，不能再罚（第二十九条）"


def proposed(act: Act) -> None:
    """One proposes; another person decides."""
    data = act.data.model_dump(mode="json")
    act.set_extras(proposal={k: v for k, v in data.items() if k != "reason"})
    asking.ask(act, "penalty", reason=act.data.reason)


def decided(act: Act) -> None:
    """The head decides: punished, spared with education, or back to the officer."""
    approval, proposal = asking.decided(act, "penalty"), extras_of(act).proposal
    if approval is None:
        act.go("told" if any(p.role == "checked" for p in act.parties) else "filed")
        return
    row = penalty_in(act)
    act.stop("decide", "goods")
    if proposal["decision"] == "spare":
        rule = leniency(
            **{n: proposal[n] for n in ("is_slight", "harm", "is_corrected", "is_first", "no_fault")}
        )
        keep(act, decided_on=act.today, lenient_by=rule.rule)
        act.party_add(row.enterprise.key, "checked")
        act.go("spared")
        act.set(outcome="spared")
        act.count("spared")
        words = f"{rule.words}。{proposal['education']}"
        act.notify("penalty_spared", row.enterprise.key, words=words, fact=row.fact)
        return
    fine = Decimal(str(proposal["fine"]))
    keep(act, decided_on=act.today, kind=proposal["kind"], fine=fine, is_summary=proposal["is_summary"])
    act.party_add(row.enterprise.key, "checked")
    act.go("decided")
    act.count("decided")
    act.clock_start("serve", words="决定书当场交付，不在场的送达")


def due_words(row: Penalty, paid_on: date, due_by: date, stopped: int) -> Decimal:
    """Return what is added for paying late; days of review or suit do not count (art. 73)."""
    return late_fine(row.fine, (paid_on - due_by).days - stopped)


def check_paid(act: Act) -> Iterable[tuple[str, str]]:
    row = penalty_in(act)
    if row.kind != "fine":
        return
    if act.data.paid_on is None:
        yield "paid_on", "罚款缴清了才能结案，请写哪天缴清"
    elif row.served_on is None or not row.served_on <= act.data.paid_on <= act.today:
        yield "paid_on", "在送达那天到今天之间"


def finished(act: Act) -> None:
    """The penalty is performed; what is added for paying late never exceeds the fine."""
    row = penalty_in(act)
    clock = next((c for c in act.clocks if c.kind == "pay"), None)
    paid = act.data.paid_on
    added = due_words(row, paid, clock.due_by, act.data.stopped_days) if clock and paid else Decimal(0)
    keep(act, paid_on=paid, surcharge=added)
    act.stop("pay")
    act.set(outcome="performed")
    act.count("performed")


def overturned(act: Act) -> None:
    """A decision was changed or annulled: what was published is taken down in 3 workdays (art. 48)."""
    act.set(outcome="")
    act.end_clocks()
    act.count("overturned")
    act.clock_start("withdraw", words="决定变更、撤销后撤回公示")
    row = penalty_in(act)
    act.notify("penalty_overturned", row.enterprise.key, why=act.data.reason)


def withdrawn(act: Act) -> None:
    act.stop("withdraw")
    act.set(outcome="overturned")
