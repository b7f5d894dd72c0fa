"""三书同达: decision, repair notice and compliance advice from one case with one receipt; the door to credit repair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from qiying.capabilities.penalties.models import Penalty
from qiying.capabilities.penalties.rules.law import DOCUMENTS, GRADES, WAYS, documents_for, grade_for
from qiying.capabilities.penalties.selectors import penalty_of
from qiying.capabilities.penalties.services.punishing import keep, penalty_in, penalty_words
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.served import service_ended
from qiying.kernel.documents.letter_layout import chinese_date as day
from qiying.kernel.documents.letters import Letter, letter_docx, letter_number_take, letter_pdf
from qiying.kernel.documents.models import Audience, DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.uploads import new_token
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.kernel.registers.register import all_registers, made

REGISTER = "credit_records"
"""The register of credit repair, met by its name; where it is not installed the receipt says so."""
REMEDY = "不服的，可以在 60 日内申请行政复议，或者 6 个月内提起行政诉讼；复议、诉讼期间加处罚款停止计算。"


def grade_of(row: Penalty, on: date) -> str:
    """Return the credit class of a penalty by the district's rule."""
    small = Decimal(str(parameter("penalty.small", district_id=row.district_id, on=on)))
    return grade_for(row.kind, row.fine, is_summary=row.is_summary, small=small)


def first_day(row: Penalty, grade: str, published_on: date) -> date | None:
    """Return the first day of a repair as credit repair reckons it, none where nobody does."""
    reckon = provided("first_repair_day")
    found: date | None = (
        reckon(grade=grade, published_on=published_on, is_summary=row.is_summary) if reckon else None
    )
    return found


def paper_texts(row: Penalty, advice: str, today: date) -> dict[str, Sequence[str]]:
    """Return the paragraphs of the three papers, made from one case."""
    grade = grade_of(row, today)
    on = first_day(row, grade, today)
    decided = row.decided_on or today
    pay = (
        "请自收到本决定书之日起 15 日内缴清罚款；到期不缴的，每日按罚款数额的百分之三加处罚款，加处的不超过罚款数额。"
        if row.kind == "fine"
        else ""
    )
    when = f"如果{day(today)}公示，{day(on)}起就可以申请修复。" if on else ""
    return {
        "decision": [
            f"经查，你单位{row.fact}，违反了{row.basis}。",
            f"{day(decided)}决定给予{penalty_words(row.kind, row.fine)}的处罚。",
            pay,
            REMEDY,
        ],
        "repair": [
            f"这次处罚属于{GRADES[grade]}失信信息。{when}",
            "修复要：行为纠正、义务履行完，公开作出信用承诺，最短公示期满。材料是履行完的证明和承诺书。",
            "到“企应”首页“信用修复”或者“信用中国”申请，不收费；材料齐了，三个工作日内受理，七个工作日内有结果。",
        ],
        "advice": [f"为了以后不再违法，建议：{advice}", "需要专家上门的，可以在“合规指导”里预约，不收费，不算检查。"],
    }  # fmt: skip


@transaction.atomic
def papers_serve(*, case: Case, actor: Viewer, data: Any, now: datetime) -> Case:
    """Make the papers of one penalty, number them, and serve them together under one receipt."""
    row = penalty_of(case)
    assert row is not None
    today = local_date(now)
    codes, why = documents_for(row.kind, is_summary=row.is_summary, way=data.way)
    fields: dict[str, list[str]] = {}
    if "advice" in codes and len(data.advice) < 4:
        fields["advice"] = ["三书同达的要写合规建议，至少 4 个字"]
    if data.way != "online" and len(data.receiver) < 2:
        fields["receiver"] = ["写明谁在送达回证上签收；留置、公告的写见证人或者公告的地方"]
    if data.served_on > today or (row.decided_on and data.served_on < row.decided_on):
        fields["served_on"] = ["在决定那天到今天之间"]
    refuse(fields)
    texts = paper_texts(row, data.advice, today)
    subject = f"{draft_prefix(draft_owner(actor, None) or '')}{new_token()}"
    ids, numbers = [], []
    for code in codes:
        title = DOCUMENTS[code]
        number = letter_number_take(
            unit_id=row.unit_id, word=row.unit.letter_word, year=today.year, at=now, actor=actor,
            subject=f"case:{case.pk}", title=f"{title}：{row.enterprise.name}",
        )  # fmt: skip
        numbers.append(str(number))
        letter = Letter(
            issuer=row.unit.name, number=str(number), title=title, addressee=row.enterprise.name,
            paragraphs=tuple(p for p in texts[code] if p), signed_by=row.unit.name, signed_on=today,
            case_number=case.number,
        )  # fmt: skip
        for ending, content in {"pdf": letter_pdf(letter), "docx": letter_docx(letter)}.items():
            stored = document_store(
                content=content, name=f"{title} {number}.{ending}", kind=DocumentKind.LETTER, subject=subject,
                audience=Audience.PARTIES, actor=actor, district_id=row.district_id, at=now,
            )  # fmt: skip
            ids.append(stored.pk)
    told = {**data.model_dump(exclude={"documents"}), "documents": [*ids, *data.documents], "numbers": numbers,
            "papers": len(codes), "why_alone": why}  # fmt: skip
    return case_act(case=case, action="serve", actor=actor, data=told, now=now, part_of="inspections.serve")


def served(act: Act) -> None:
    """One receipt for all; by electronic way it waits for the firm's own signature."""
    data = act.data
    act.document_audience = "all"
    row = keep(act, number=data.numbers[0], way=data.way, papers=data.papers)
    act.set_extras(advice=data.advice, documents=data.documents)
    act.count("papers_together" if data.papers > 1 else "papers_alone")
    act.notify("penalty_served", row.enterprise.key, papers=f"{data.papers} 份文书", number=row.number)
    if data.way == "online":
        act.go("serving")
    else:
        _arrived(act, data.served_on, f"{data.receiver} {data.served_on:%Y-%m-%d} 签收（{WAYS[data.way]}）")


def signed(act: Act) -> None:
    """The firm signs once for all papers."""
    _arrived(act, act.today, f"{act.viewer.name} {act.today:%Y-%m-%d} 网上签收（{WAYS['online']}）")


def _arrived(act: Act, on: date, receipt: str) -> None:
    act.stop("serve")
    act.go("served")
    row = keep(act, served_on=on)
    act.set_extras(receipt=receipt)
    if row.kind == "fine":
        act.clock_start("pay", started_on=on, words="收到决定书起缴清罚款")
    if act.clock("publish") is None:
        act.clock_start("publish", started_on=row.decided_on or on, words="作出决定后公示")


def not_published(context: CaseContext) -> str | None:
    return "已经公示了" if penalty_in(context).published_on else None


def published(act: Act) -> None:
    """Publish, and enter the record with credit repair at once: from its first possible day the firm can repair."""
    row = penalty_in(act)
    grade = act.data.grade or grade_of(row, act.today)
    act.stop("publish")
    record = credit_feed(row, grade, act.data.places, act.today, act.now)
    on = getattr(record, "repairable_on", None)
    keep(act, published_on=act.today, grade=grade, repairable_on=on)
    act.set_extras(record=record.pk if record is not None else 0)
    act.count("published")
    when = f"{day(on)}起可以修复" if on else "修复的日子由信用部门算"
    act.notify("penalty_published", row.enterprise.key, places=act.data.places, when=when)
    service_ended(
        subject=f"case:{act.case.number}", matter=act.case.title, unit_id=row.unit_id,
        district_id=row.district_id, at=act.now, party_key=row.enterprise.key,
    )  # fmt: skip


def credit_feed(row: Penalty, grade: str, places: str, on: date, now: datetime) -> Any:
    """Enter a published penalty in the register of credit repair; None where it is not installed."""
    register = next((r for r in all_registers() if r.name == REGISTER), None)
    if register is None or register.form is None or register.save is None:
        return None
    program = system_viewer("worker", district_id=row.district_id)
    values = {
        "enterprise": row.enterprise.credit_code or row.enterprise.name, "number": row.number, "title": row.fact[:120],
        "kind": "penalty", "grade": grade, "sector": "", "is_summary": row.is_summary, "unit_id": row.unit_id,
        "recogniser": "", "decided_on": row.decided_on, "published_on": on, "places": places,
        "duty": penalty_words(row.kind, row.fine), "barred_by": "",
    }  # fmt: skip
    form = made(register.form, values, program, on, None)
    if not form.is_valid():
        reasons = [f"信用修复没有收下：{text}" for words in form.errors.values() for text in words]
        raise GuardFailed(reasons)
    return register.save(program, None, form.cleaned_data, now)
