"""An agreement: drafted, signed by both, sealed as a PDF, confirmed by the court, performed, filed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.db import transaction

from qiying.capabilities.mediation.models import Duty
from qiying.capabilities.mediation.rules.law import COURTS, RULINGS, confirm_until, duties_read
from qiying.capabilities.mediation.services.common import (
    BOTH,
    Pair,
    begin,
    courts,
    forgotten,
    keep,
    refused_by,
    row_in,
    told,
)
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.vocabulary import Fact, Guard
from qiying.kernel.documents.letter_layout import chinese_date as day
from qiying.kernel.documents.letter_pdf import template_pdf
from qiying.kernel.documents.models import Audience, DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.uploads import new_token
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.litigation_fee import fee_saved


class Draft(ActionInput):
    deal: str = entry("协议", widget="textarea", min_length=10, max_length=5000)
    duties: str = entry(
        "履行", widget="textarea", min_length=2, max_length=2000,
        help="一行一项：日期 金额 做什么，例如 2026-12-31 100000 支付货款",
    )  # fmt: skip


class Sealing(ActionInput):
    documents: list[int] = entry("双方签字盖章的扫描件", default=(), widget="documents", max_length=10)


class Confirming(ActionInput):
    ground: str = entry("向哪个法院申请", choices=COURTS, pattern="^(" + "|".join(COURTS) + ")$")
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Ruling(ActionInput):
    result: Literal["confirmed", "rejected"] = entry("裁定", choices=RULINGS, widget="radio")
    number: str = entry("裁定书文号", min_length=4, max_length=60)
    documents: list[int] = entry("裁定书", default=(), widget="documents", max_length=5)


class Performed(ActionInput):
    duty_no: int = entry("哪一项", source="mediation_duties")
    on: date = entry("哪天履行的", widget="date")
    documents: list[int] = entry("凭据", default=(), widget="documents", max_length=10)


class Breached(ActionInput):
    duty_no: int = entry("哪一项", source="mediation_duties")
    note: str = entry("情况", widget="textarea", min_length=4, max_length=300)


class Archive(ActionInput):
    number: str = entry("归档号", min_length=2, max_length=60)


# --- drafted, signed, sealed ----------------------------------------------------------------------


def check_draft(act: Act) -> Iterable[tuple[str, str]]:
    """What has to be done is read line by line, none before today."""
    found, why = duties_read(act.data.duties)
    if why:
        yield "duties", why
    elif early := [d for d in found if d.on < act.today]:
        yield "duties", f"{early[0].on} 已经过了"


def drafted(act: Act) -> None:
    """A new wording: both sign anew."""
    found, _ = duties_read(act.data.duties)
    total = sum((d.yuan for d in found), Decimal(0))
    keep(act, deal=act.data.deal, deal_duties=act.data.duties, yuan=total)
    begin(act, DEAL)
    told(act, "协议写好了，请您看过再签", "签了才算数；不同意的写明哪里要改。", "asker")


def the_deal(context: CaseContext) -> list[Fact]:
    row = row_in(context)
    return [("协议", row.deal), ("履行", row.deal_duties)]


def signed_by_both(act: Act) -> None:
    act.go("sealing")
    told(act, "双方都签了，请核对盖章", "盖章那天协议生效。", "mediator", "body")


def not_signed(act: Act) -> None:
    act.go("mediating")
    told(act, "协议没有签", refused_by(act), "mediator", *BOTH)


DEAL = Pair("deal", ("signing", "signing_too"), signed_by_both, not_signed)


def both_signed(context: CaseContext) -> str | None:
    """No agreement without both."""
    missing = [context.procedure.party(p).label for p in context.not_agreed("deal", BOTH)]
    return f"还差{'、'.join(missing)}签字，不能盖章" if missing else None


@transaction.atomic
def deal_seal(*, case: Case, actor: Viewer, data: Sealing, now: datetime) -> Case:
    """Make the agreement as a PDF with who signed and when and the body's seal; it takes effect today."""
    context = CaseContext(case, actor, now)
    row, today = row_in(context), local_date(now)
    if why := both_signed(context):
        raise GuardFailed([why])
    until = confirm_until(
        today, context.calendar, int(parameter("mediation.confirm", district_id=case.district_id, on=today))
    )
    duties, _ = duties_read(row.deal_duties)
    names = {"asker": row.asker.name, "respondent": row.respondent_name}
    signed = [
        {"name": names[a.party], "by": a.given_by_name, "at": f"{local_time(a.given_at):%Y-%m-%d %H:%M}"}
        for a in context.agreements
        if a.what == "deal" and a.is_current
    ]
    paper = {
        "row": row, "number": case.number, "duties": duties, "signed": signed, "on": day(today), "ring": row.body.name,
        "paragraphs": [p for p in row.deal.splitlines() if p.strip()], "until": day(until),
    }  # fmt: skip
    stored = document_store(
        content=template_pdf("mediation/agreement.html", paper), name=f"调解协议 {case.number}.pdf",
        kind=DocumentKind.LETTER, subject=f"{draft_prefix(draft_owner(actor, None) or '')}{new_token()}",
        audience=Audience.PARTIES, actor=actor, district_id=case.district_id, at=now,
    )  # fmt: skip
    told_ = {"documents": [stored.pk, *data.documents]}
    return case_act(case=case, action="seal", actor=actor, data=told_, now=now, part_of="mediation.seal")


def sealed(act: Act) -> None:
    """It takes effect: what is saved is reckoned, duties run, confirmation may be asked for 30 days."""
    act.document_audience = "all"
    row = row_in(act)
    saved = fee_saved(row.claim, act.today)
    is_timely = act.in_time("term")
    act.stop("term")
    act.clock_start("confirm", words="协议生效以后双方共同申请")
    clock = act.clock("confirm")
    keep(
        act, agreed_on=act.today, saved=saved.amount, saved_words=saved.words,
        confirm_until=clock.due_by if clock else None,
    )  # fmt: skip
    duties, _ = duties_read(row.deal_duties)
    Duty.objects.bulk_create(
        Duty(matter=row, no=no, due_on=d.on, yuan=d.yuan, what=d.what) for no, d in enumerate(duties, 1)
    )
    last = max(d.on for d in duties)
    act.clock_start("perform", limit=max((last - act.today).days, 0), words="协议写的最后一项")
    act.answer("final", row.deal)
    act.count("settled")
    act.count("settled_in_time" if is_timely else "settled_late")
    act.count("yuan", int(row.yuan))
    act.count("saved", int(saved.amount))
    until = f"{clock.due_by:%-m月%-d日}" if clock else ""
    words = f"要法院强制执行力的，双方在{until}以前共同申请司法确认，不收费。"
    told(act, "调解协议生效了", words, *BOTH, "body", "court")


# --- confirmed by the court -----------------------------------------------------------------------


def may_confirm(context: CaseContext) -> str | None:
    """Jointly within 30 days of its effect (民诉法第二百零五条), where a court is reached from here."""
    row = row_in(context)
    if row.ruling:
        return "法院已经裁定过"
    if not courts(context):
        return "本区法院没有接入，请打印司法确认申请书，双方一起交到法院"
    if row.confirm_until is None or context.today > row.confirm_until:
        return f"申请司法确认的期限 {row.confirm_until} 过了" if row.confirm_until else "还没有生效的协议"
    return None


def confirmation_asked(act: Act) -> None:
    """One asks; it is joint only when the other says so too."""
    first = act.acting_party
    begin_at = {"asker": "joining", "respondent": "joining_first"}[first]
    keep(act, ground=act.data.ground)
    forgotten(act, "confirm")
    act.agree("confirm", True)
    act.go(begin_at)
    other = BOTH[1 - BOTH.index(first)]
    told(act, "对方申请司法确认，请您一起申请", "要双方共同申请，法院才受理；不收费。", other)


def confirmation_joined(act: Act) -> None:
    unit = courts(act)[0]
    act.party_add(f"u:{unit}", "court")
    act.stop("confirm")
    act.clock_start("court_take", words="收到申请以后")
    act.go("at_court")
    told(act, "双方申请司法确认", f"请审查。{COURTS[row_in(act).ground]}。", "court")


def not_joined(act: Act) -> None:
    act.go("performing")
    told(act, "没有申请司法确认", refused_by(act), *BOTH)


CONFIRM = Pair("confirm", ("joining_first", "joining"), confirmation_joined, not_joined)


def court_took(act: Act) -> None:
    act.stop("court_take")
    act.clock_start("court_rule", words="受理以后")
    told(act, "法院受理了司法确认", "十五日内裁定，可以延长十日。", *BOTH)


def at_step(kind: str, words: str) -> Guard:
    """Return the guard by which the court first takes an application and then rules on it."""
    return lambda context: None if context.clock(kind) is not None else words


def ruled(act: Act) -> None:
    act.stop("court_take", "court_rule")
    keep(act, ruling=f"{RULINGS[act.data.result]} {act.data.number}")
    act.count(act.data.result)
    words = (
        "对方不履行的，可以直接向法院申请强制执行。"
        if act.data.result == "confirmed"
        else "协议仍然有效力，可以变更协议、再调解或者起诉。"
    )
    act.document_audience = "all"
    told(act, f"法院{RULINGS[act.data.result]}", words, *BOTH, "body", "mediator")


# --- performed, filed -----------------------------------------------------------------------------


def open_duties(context: CaseContext) -> list[tuple[int, str]]:
    """Return what still has to be done."""
    rows = row_in(context).duties.filter(done_on=None)
    return [(d.no, f"第 {d.no} 项 {d}") for d in rows]


def _duty(act: Act) -> Duty | None:
    return row_in(act).duties.filter(no=act.data.duty_no, done_on=None).first()


def check_performed(act: Act) -> Iterable[tuple[str, str]]:
    if _duty(act) is None:
        yield "duty_no", "没有这一项，或者已经履行"
    if act.data.on > act.today:
        yield "on", "还没到这一天"


def performed(act: Act) -> None:
    """One duty is done; with the last one the matter is over."""
    row, duty = row_in(act), _duty(act)
    assert duty is not None
    duty.done_on = act.data.on
    duty.save(update_fields=["done_on"])
    act.count("duties_in_time" if act.data.on <= duty.due_on else "duties_late")
    told(act, "协议履行了一项", str(duty), *BOTH, "body")
    if not row.duties.filter(done_on=None).exists():
        _closing(act, "performed")


def check_breached(act: Act) -> Iterable[tuple[str, str]]:
    duty = _duty(act)
    if duty is None:
        yield "duty_no", "没有这一项，或者已经履行"
    elif act.today <= duty.due_on:
        yield "duty_no", f"{duty.due_on} 还没过"


def breached(act: Act) -> None:
    """What was promised was not done: the body urges, the court enforces what it confirmed."""
    duty = _duty(act)
    assert duty is not None
    if not duty.is_breached:
        act.count("breached")
    duty.is_breached = True
    duty.save(update_fields=["is_breached"])
    door = "法院确认过的，可以申请强制执行" if row_in(act).ruling.startswith("裁定有效") else "可以起诉"
    told(act, "有一项没有履行", f"{duty}。请督促；{door}。", *BOTH, "body", "mediator")


def urged(act: Act) -> None:
    """The body watches over what was agreed (人民调解法第三十一条)."""
    act.count("urged")
    told(act, "请按协议履行", act.data.text, *BOTH)


def not_performed(act: Act) -> None:
    _closing(act, "breached")


def _closing(act: Act, outcome: str) -> None:
    act.end_clocks("met" if outcome == "performed" else "breached")
    act.set(outcome=outcome)
    act.count("performed" if outcome == "performed" else "unperformed")
    act.clock_start("archive", words="结束以后归档")
    act.go("filing")
    told(act, "请归档", "协议、笔录和材料。", "body")


def archived(act: Act) -> None:
    act.stop("archive")
    keep(act, archive_no=act.data.number)
    act.count("archived")
    act.emit("case_closed", outcome=act.case.outcome, procedure="mediation")


# --- letters --------------------------------------------------------------------------------------


def invitation(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the letter that asks the other party whether it wants to mediate."""
    row = row_in(file.context)
    return (
        f"{row.asker.name}就与你方的{row.get_kind_display()}纠纷（{file.case.number}）向{row.body.name}申请调解。",
        "调解自愿、不公开，谈的让步以后不作证据，不同意不影响起诉、应诉。",
        f"费用：{row.body.fee_words}。",
        "请在收到后五个工作日内告知是否同意。",
    )


def confirmation(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the joint application for confirmation."""
    row = row_in(file.context)
    until = day(row.confirm_until) if row.confirm_until else ""
    on = day(row.agreed_on) if row.agreed_on else ""
    return (
        f"申请人：{row.asker.name}、{row.respondent_name}。",
        f"申请人于{on}经{row.body.name}主持达成调解协议（{file.case.number}）。",
        "请求：依照《民事诉讼法》第二百零五条确认上述调解协议有效。申请人承诺出于解决纠纷自愿达成协议，没有恶意串通、规避法律。",
        f"申请期限到{until}。司法确认案件不收费。",
        "申请人（签字盖章）：",
    )


def is_sealed(context: CaseContext) -> str | None:
    return None if row_in(context).agreed_on else "协议还没有生效"


def archive_words(context: CaseContext) -> list[Fact]:
    row = row_in(context)
    made = [f"协议（{row.agreed_on}）"] if row.agreed_on else []
    made += [f"笔录 {row.sessions.exclude(held_on=None).count()} 份", "申请和材料"]
    who = row.mediator.name if row.mediator else "没有"
    return [("卷里有", "、".join(made)), ("披露", row.disclosure or "没有"), ("调解员", who)]


def has_breach(context: CaseContext) -> str | None:
    rows = row_in(context).duties.filter(is_breached=True, done_on=None)
    return None if rows.exists() else "没有反映过没有履行"
