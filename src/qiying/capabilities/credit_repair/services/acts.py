"""What acts on an application change: clocks, the opinion of one and the decision of another, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from qiying.capabilities.credit_repair.models import CreditRecord, Publication
from qiying.capabilities.credit_repair.rules.law import OLD, law_on
from qiying.capabilities.credit_repair.rules.standing import Standing, day
from qiying.capabilities.credit_repair.selectors import record_of, restructurings_of, window_of
from qiying.capabilities.credit_repair.services.records import place_stop
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.standard import asking, material
from qiying.kernel.documents.certificates import issue_certificate
from qiying.kernel.documents.models import Certificate
from qiying.kernel.organisations.selectors import units_with
from qiying.statutes.workdays import business_minutes_between, workdays_between

REFUSALS = {
    "not_due": "最短公示期没满",
    "duty": "义务没有履行完",
    "material": "材料不全，补过还不全",
    "barred": "法律规定不能修复",
    "correct": "异议不成立，信息没有错",
}
REMEDY = "不服的，可以在 60 日内申请行政复议，或者 6 个月内提起行政诉讼。"


class RepairExtras(Extras):
    """What belongs to an application alone."""

    record: int = 0
    token: str = ""
    is_online: bool = True
    way: str = "proof"
    complete_at: str = ""
    opinion: str = ""
    refusal: str = ""
    refusal_words: str = ""
    again_on: str = ""
    refused_on: str = ""
    appeal_finding: str = ""


def known(context: CaseContext) -> RepairExtras:
    return RepairExtras.of(context.case)


def record_in(context: CaseContext) -> CreditRecord:
    """Return the record of a case."""
    found = record_of(context.case)
    assert found is not None
    return found


def standing_in(context: CaseContext) -> Standing:
    """Return what the rules say of the record today, as if nothing were under way."""
    row = record_in(context)
    row.case = None
    return row.standing(restructurings_of([row.enterprise_id]).get(row.enterprise_id), context.today)


def conditions(context: CaseContext) -> list[tuple[str, bool, str]]:
    """Return the four conditions of a repair: what each asks, whether it holds, and why."""
    standing, extras = standing_in(context), known(context)
    proof = "交了证明" if extras.way == "proof" else "先承诺，以后再查"
    return [
        ("最短公示期满了", standing.code in {"now", "repaired"}, standing.why),
        ("行为纠正、义务履行完", True, f"企业确认已经履行，{proof}"),
        ("公开作出信用承诺", True, "申请时签了承诺书"),
        (
            "没有法律规定不能修复的情形",
            standing.code != "never",
            standing.why if standing.code == "never" else "没有",
        ),
    ]


def opened(act: Act) -> None:
    """One window takes it, the unit that recognised the record sees it at once."""
    data, row = act.data, record_in(act)
    window = window_of(act.case.district_id)
    assert window is not None and row.unit_id is not None
    word = "修复" if data.matter == "repair" else "异议"
    act.set(
        title=f"{word}：{row.number} {row.title}"[:120],
        kind=data.matter,
        enterprise_id=row.enterprise_id,
        lead_unit_id=row.unit_id,
    )
    act.set_extras(way=data.way)
    act.party_add(f"e:{row.enterprise_id}", "asker")
    act.party_add(f"u:{window.pk}", "window")
    act.party_add(f"u:{row.unit_id}", "lead")
    for unit_id in units_with(act.case.district_id, "supervision"):
        act.party_add(f"u:{unit_id}", "supervision")
    act.index_text = f"{act.case.number}\n{act.case.title}\n{row.enterprise.name}"
    act.count("received")
    if known(act).is_online:
        act.count("received_online")
    act.clock_start(
        "accept",
        limit=_by_law(act, "credit.accept", law_on(act.today).accept_days),
        words="收到申请后要先受理",
    )
    act.clock_start("promise", words="从材料齐全算起，一日办结")
    act.tell("window", "credit_to_accept", number=row.number)
    tell_asker(act, "credit_received", window=window.label, unit=row.who)


def _by_law(act: Act, parameter: str, days: int) -> int:
    """Return a limit: the dated parameter under the law in force, what the old law said before."""
    return days if law_on(act.today) is OLD else int(act.parameter(parameter))


def accepted(act: Act) -> None:
    """The window takes it in and hands it to who recognised the record (谁认定、谁修复)."""
    act.stop("accept")
    act.set(accepted_on=act.today)
    act.count("accepted")
    is_old = law_on(act.case.received_on) is OLD
    started = act.case.received_on if is_old else act.today
    limit = OLD.result_days if is_old else int(act.parameter("credit.result"))
    act.clock_start("result", limit=limit, started_on=started, words="受理后要在法定时限里办结")
    act.tell("lead", "credit_to_review", number=record_in(act).number)
    tell_asker(act, "credit_accepted", unit=record_in(act).who)


def material_asked(act: Act) -> None:
    """Everything missing is named once; our clocks wait."""
    material.request(act)
    tell_asker(act, "credit_material", items=act.data.items)


def material_given(act: Act) -> None:
    """The papers are complete now: a workday from today is promised again."""
    act.stop("material")
    for clock in act.clocks:
        if clock.pause_kind == "material":
            act.clock_resume(clock, at_least=1)
    act.set_extras(complete_at=act.now.isoformat())
    back = known(act).back_to or "received"
    act.go(back)
    act.tell("window" if back == "received" else "lead", "credit_material_given")


def proposed(act: Act) -> None:
    """Whoever reviewed says what he found; somebody else of his unit decides."""
    data = act.data
    agrees = data.opinion == "agree"
    again = data.again_on or (standing_in(act).on if data.refusal == "not_due" else None)
    act.set_extras(
        opinion=data.opinion,
        refusal="" if agrees else data.refusal,
        refusal_words="" if agrees else data.reason,
        again_on=again.isoformat() if again and not agrees else "",
    )
    words = "同意" if agrees else f"不同意：{REFUSALS[data.refusal]}。{data.reason}"
    asking.ask(act, "opinion", "credit_to_decide", reason=words)


def check_opinion(act: Act) -> Iterable[tuple[str, str]]:
    """Nobody agrees while a condition is missing, nobody refuses without a reason."""
    data, case = act.data, act.case
    if data.opinion == "agree":
        if case.kind == "repair":
            yield from (("opinion", f"还不能同意：{why}") for _, holds, why in conditions(act) if not holds)
        return
    if not data.refusal:
        yield "refusal", "不同意要选哪一种理由"
    if len(data.reason) < 4:
        yield "reason", "不同意要写清楚理由，企业会看到（至少 4 个字）"
    if data.refusal == "correct" and case.kind == "repair":
        yield "refusal", "这是修复申请，不是异议"
    if data.again_on is not None and not act.today < data.again_on <= act.today + timedelta(days=3 * 366):
        yield "again_on", "再来的日期要在今天以后、三年以内"


def decided(act: Act) -> None:
    """A second person agrees with the opinion, or sends it back."""
    if asking.decided(act, "opinion") is None:
        act.go("reviewing")
        return
    _count_time(act)
    act.stop("promise", "result")
    if known(act).opinion == "agree":
        _agreed(act)
    else:
        _refused(act)


def _count_time(act: Act) -> None:
    """Count how long it took from complete papers: business minutes, workdays, and whether within one."""
    since = datetime.fromisoformat(known(act).complete_at)
    act.count("decided")
    act.count("work_minutes", value=max(business_minutes_between(since, act.now, act.calendar), 1))
    promise, result = act.clock("promise"), act.clock("result")
    act.count(
        "decision_days",
        bucket=workdays_between(local_date(since), act.today, act.calendar),
    )
    if promise is not None and act.today <= promise.due_by:
        act.count("within_day")
    if result is not None and act.today <= result.due_by:
        act.count("within_law")


def _agreed(act: Act) -> None:
    row, is_repair = record_in(act), act.case.kind == "repair"
    state = CreditRecord.State.REPAIRED if is_repair else CreditRecord.State.CORRECTED
    CreditRecord.objects.filter(pk=row.pk).update(state=state, settled_on=act.today)
    act.set(outcome=str(state), answered_on=act.today)
    act.count(str(state))
    if is_repair:
        if known(act).is_online:
            act.count("repaired_online")
        _certify(act, row)
    act.answer("final", f"{'同意修复' if is_repair else '异议成立'}：{row.number}，各处停止公示。")
    tell_asker(act, "credit_agreed", number=row.number, is_repair=is_repair)
    if row.places.filter(stopped_on__isnull=True).exists():
        act.clock_start("stop", words="决定以后要通知各处撤下")
        act.clock_start("feedback", words="“信用中国”收到后反馈结果")
        act.go("stopping")
        act.tell("window", "credit_to_stop", number=row.number)
    else:
        act.go("repaired")


def _certify(act: Act, row: CreditRecord) -> Certificate:
    fields = {
        "文书号": row.number,
        "事由": row.title,
        "失信类别": row.get_grade_display() or row.get_kind_display(),
        "认定单位": row.who,
        "公示日期": day(row.published_on),
        "修复日期": day(act.today),
        "办件号": act.case.number,
    }
    return issue_certificate(
        "credit_repair",
        holder=row.enterprise.name,
        enterprise=row.enterprise,
        case=act.case,
        fields=fields,
        by=act.viewer,
        now=act.now,
        unit=row.unit,
    )


def _refused(act: Act) -> None:
    extras = known(act)
    act.set(outcome="refused", answered_on=act.today)
    act.set_extras(refused_on=act.today.isoformat())
    act.count("refused")
    act.count(f"refused_{extras.refusal}")
    words = refusal_sentence(extras)
    act.answer("final", words)
    tell_asker(act, "credit_refused", words=words, remedy=REMEDY)
    act.go("refused")


def refusal_sentence(extras: RepairExtras) -> str:
    """Return why it was refused and when to come again."""
    again = f"{day(date.fromisoformat(extras.again_on))}起可以再申请。" if extras.again_on else ""
    if not again and extras.refusal in {"duty", "material"}:
        again = "履行完、补齐以后随时可以再申请。"
    return f"{REFUSALS.get(extras.refusal, '')}：{extras.refusal_words.rstrip('。')}。{again}"


# --- publication stops -------------------------------------------------------------------


def place_stopped(act: Act) -> None:
    """One place shows the record no longer, with its receipt; with the last the case ends."""
    row = record_in(act)
    place = place_stop(
        actor=act.viewer, record=row, place_id=act.data.place_id, receipt=act.data.receipt, now=act.now
    )
    act.count("places_stopped")
    left = row.places.filter(stopped_on__isnull=True).count()
    if left == 0:
        act.stop("stop", "feedback")
        tell_asker(act, "credit_stopped", number=row.number)
        act.go("repaired")
        return
    tell_asker(act, "credit_place_stopped", place=place.place, left=left)


def places_left(context: CaseContext) -> Sequence[tuple[int, str]]:
    """Return the places where the record of a case still stands, as choices."""
    pk = context.case.extras.get("record") or 0
    return list(Publication.objects.filter(record_id=pk, stopped_on__isnull=True).values_list("pk", "place"))


def tell_asker(act: Act, template: str, **words: Any) -> None:
    for key in dict.fromkeys(p.key for p in act.parties if p.role == "asker" and p.key[0] == "e"):
        act.notify(template, key, title=act.case.title, **words)
