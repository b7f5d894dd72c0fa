"""The other cards of a case: what came in, who has which part, the answers, the documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.clocks import status_of
from qiying.kernel.cases.faces.file import CaseFile, several_outside
from qiying.kernel.cases.models import Assignment, CaseIntake, Clock, Verdict
from qiying.kernel.cases.texts import ERASED, HIDDEN, surname
from qiying.kernel.documents.models import DocumentKind
from qiying.kernel.organisations.phones import mask_phone
from qiying.ui.humanize import day_words


@dataclass(frozen=True)
class IntakeFace:
    """One intake with its channel; the contact is masked until somebody says why he looks."""

    id: int
    number: str
    channel: str
    source_id: str
    received_at: datetime
    text: str
    asker: str
    contact_name: str
    phone: str
    place: str
    is_primary: bool
    reply_state: str
    can_reveal: bool


def party_faces(file: CaseFile) -> list[tuple[str, str]]:
    """Return what each enterprise and person is in a case of several, and its name; askers are never told of peers."""
    if file.reading.hides_asker or (file.is_asker and file.reading.is_shared):
        return []
    names, machine = file.names, file.context.procedure
    return [
        (machine.party(p.role).label, names.party(p.key) or names.person(int(p.key[2:])))
        for p in several_outside(file.context)
    ]


def intake_faces(file: CaseFile) -> list[IntakeFace]:
    """Return the joined intakes, the first one first."""
    links = sorted(file.links, key=lambda link: (not link.is_primary, link.no))
    return [_intake(file, link) for link in links]


def may_reveal(file: CaseFile) -> bool:
    """Tell whether the viewer may ask to see a contact in full."""
    seeing = file.context.procedure.seeing("contact")
    may = not file.case.is_covered and bool(seeing & file.context.standings)
    return may and file.context.viewer.has("enterprises.reveal")


def _intake(file: CaseFile, link: CaseIntake) -> IntakeFace:
    i = link.intake
    own = file.is_asker
    name, phone = _value(file, i.contact_name_ref), _value(file, i.contact_phone_ref)
    asker = "匿名" if i.is_anonymous else (i.enterprise.name if i.enterprise else "")
    return IntakeFace(
        id=i.pk,
        number=i.number,
        channel=i.channel.name,
        source_id=i.source_id or "",
        received_at=i.received_at,
        text=_value(file, i.body_ref),
        asker=HIDDEN if file.case.is_covered else asker,
        contact_name=name if own else surname(name),
        phone=phone if own else mask_phone(phone),
        place=str(i.extras.get("place", "")),
        is_primary=link.is_primary,
        reply_state=i.get_reply_state_display(),
        can_reveal=bool(phone or name) and may_reveal(file),
    )


def _value(file: CaseFile, ref: str) -> str:
    if not ref:
        return ""
    return file.personal.get(ref) or ERASED


@dataclass(frozen=True)
class AssignmentFace:
    """One unit's part: what it was asked, who does it, where it is."""

    no: int
    unit: str
    is_lead: bool
    ask: str
    handler: str
    status: str
    words: str
    when: str
    opinion: str


def assignment_faces(file: CaseFile) -> list[AssignmentFace]:
    """Return current parts, the lead first; ended ones are history."""
    shown = [a for a in file.context.assignments if a.state != Assignment.State.ENDED]
    shown.sort(key=lambda a: (a.role != "lead", a.no))
    return [_assignment(file, a) for a in shown]


def _assignment(file: CaseFile, a: Assignment) -> AssignmentFace:
    context = file.context
    clock = next((c for c in reversed(context.clocks) if c.assignment_no == a.no), None)
    status, words = _part_status(file, a, clock)
    moment = a.answered_at or a.returned_at or a.taken_at or a.sent_at
    done = {"answered": "交来", "returned": "退回", "taken": "签收"}.get(a.state, "交办")
    return AssignmentFace(
        no=a.no,
        unit=file.names.unit(a.unit_id),
        is_lead=a.role == "lead",
        ask=a.ask,
        handler=file.names.person(a.handler_id),
        status=status,
        words=words,
        when=f"{day_words(local_date(moment), context.today)}{done}",
        opinion=a.opinion or a.return_reason,
    )


def _part_status(file: CaseFile, a: Assignment, clock: Clock | None) -> tuple[str, str]:
    if a.state == Assignment.State.ANSWERED:
        return "done", "已交" if a.role == "co" else "已答复"
    if a.state == Assignment.State.RETURNED:
        return "paused", "已退回"
    if clock is not None and clock.state != Clock.State.STOPPED:
        found = status_of(clock, file.context.today, file.context.calendar)
        if a.state == Assignment.State.SENT and found.code == "ontime":
            return found.code, f"待签收，{found.words}"
        return found.code, found.words if a.state != Assignment.State.SENT else f"没签收，{found.words}"
    return ("turn", "待签收") if a.state == Assignment.State.SENT else ("ontime", "在办")


@dataclass(frozen=True)
class AnswerFace:
    """One version of the answer with what the askers said of it."""

    no: int
    kind: str
    text: str
    unit: str
    by: str
    on: date
    is_current: bool
    result: str
    numbers: str
    verdicts: list[str]


KINDS = {
    "final": "答复",
    "draft": "送审的答复",
    "interim": "进展",
    "explanation": "解释",
    "imported": "历史答复",
}


def answer_faces(file: CaseFile) -> list[AnswerFace]:
    """Return the versions of the answer, newest first."""
    return [_answer(file, a) for a in reversed(file.context.answers)]


def _answer(file: CaseFile, a: Any) -> AnswerFace:
    owner = next((s for s in file.context.assignments if s.no == a.assignment_no), None)
    numbers = []
    if a.quantity is not None:
        numbers.append(f"{a.quantity.normalize():f} {a.quantity_unit}".strip())
    if a.firms_benefited:
        numbers.append(f"惠及 {a.firms_benefited} 家企业")
    return AnswerFace(
        no=a.no,
        kind=KINDS.get(a.kind, a.kind),
        text=a.text,
        unit=file.names.unit(owner.unit_id) if owner else "",
        by=a.given_by_name,
        on=a.given_on,
        is_current=a.is_current,
        result=a.result,
        numbers="，".join(numbers),
        verdicts=[_verdict(file, v) for v in file.context.verdicts if v.answer_no == a.no],
    )


def _verdict(file: CaseFile, v: Verdict) -> str:
    words = [v.get_value_display()]
    if v.satisfaction:
        words.append(f"满意度 {v.satisfaction} 分")
    comment = _value(file, v.comment_ref)
    if comment:
        words.append(f"“{comment}”")
    how = {"page": "", "link": "短信链接", "phone": "电话问到", "visit": "上门问到"}.get(v.how, "回访问到")
    return "，".join(words) + (f"（{how}）" if how else "")


@dataclass(frozen=True)
class DocumentFace:
    """One document in a list."""

    id: int
    name: str
    by: str
    at: datetime
    is_image: bool
    is_erased: bool
    is_pdf: bool = False


def split_documents(file: CaseFile) -> Mapping[str, list[DocumentFace]]:
    """Return letters apart from materials and photos, newest first."""
    found: dict[str, list[DocumentFace]] = {"letters": [], "materials": []}
    for d in file.documents:
        face = DocumentFace(
            id=d.pk,
            name=d.name,
            by=d.uploaded_by_name,
            at=d.uploaded_at,
            is_image=d.is_image,
            is_erased=d.erased_at is not None,
            is_pdf=d.media_type == "application/pdf" and d.erased_at is None,
        )
        found["letters" if d.kind == DocumentKind.LETTER else "materials"].append(face)
    return found
