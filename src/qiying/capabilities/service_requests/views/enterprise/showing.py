"""What the pages of one request show its asker."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from qiying.capabilities.service_requests.models import FollowUp
from qiying.capabilities.service_requests.views.enterprise import asking
from qiying.capabilities.service_requests.views.enterprise.doors import Door
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import Available, available_actions
from qiying.kernel.cases.faces.clocks import ClockFace
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.models import Answer
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import day_dated_words, day_words, moment_words

SATISFACTION = (("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "很不满意"))
KIND_WORDS = {"interim": "进展", "explanation": "解释"}


def case_context(request: ViewerRequest, door: Door, file: CaseFile) -> dict[str, Any]:
    """Return everything the page of a request shows."""
    case, context = file.case, file.context
    can = {a.action.code: a for a in available_actions(context)}
    clocks = faces.clock_faces(context, file.names)
    clock = faces.main_clock(clocks) or (clocks[0] if clocks else None)
    answer = asking.shown_answer(file)
    token = f"case-{case.number}"
    return {
        **base_context(request, door, file),
        "status": page_status(file),
        "hint": hint(file),
        "answer": answer_of(door, file, answer) if answer else None,
        "interim": [answer_of(door, file, a) for a in news(file)],
        "verdict": verdict_options(file) if is_open(can, "give_verdict") else None,
        "verdict_intake": asking.waiting_intake(file),
        "said": said(file, answer),
        "satisfaction": SATISFACTION,
        "material": str(case.extras.get("material_items", "")) if is_open(can, "give_material") else "",
        "can": {code: is_open(can, code) for code in ("add_info", "withdraw", "reopen")},
        "reopen_reason": why_not(can, "reopen") if not case.is_open else "",
        "clock": clock,
        "clock_dates": clock_dates(file, clock),
        "moments": [moment_face(door, m) for m in asking.moments(file)],
        "upload_token": token,
        "drafts": own_drafts(door.viewer, token, draft_session(request)) if needs_upload(can) else [],
        "follow_up": follow_up_words(file),
    }


def base_context(request: ViewerRequest, door: Door, file: CaseFile) -> dict[str, Any]:
    """Return what every page about the request needs."""
    case = file.case
    codes = ("give_verdict", "give_material", "add_info", "withdraw", "reopen")
    return {
        "now": request.now,
        "today": request.today,
        "door": door,
        "case": case,
        "title": file.case.title,
        "back_url": "" if door.token else reverse("service_requests:requests"),
        "urls": {code: door.act_url(code) for code in codes},
        "sentence": faces.asker_sentence(file.context, file.names),
        "words": asking.own_words(file),
        "person_key": door.viewer.person_id or f"link-{case.pk}",
        "pages": file.pages,
        "page": file.page,
    }


def news(file: CaseFile) -> list[Answer]:
    """Return interim replies that are newer than the answer, at most two, newest first."""
    answer = asking.shown_answer(file)
    found = [a for a in file.context.answers if a.kind == "interim" and (answer is None or a.no > answer.no)]
    return found[:-3:-1]


def is_open(can: dict[str, Available], code: str) -> bool:
    return code in can and can[code].is_enabled


def why_not(can: dict[str, Available], code: str) -> str:
    """Return why an act cannot be done, empty when it can or is none of this procedure's."""
    return "；".join(can[code].reasons) if code in can and not can[code].is_enabled else ""


def needs_upload(can: dict[str, Available]) -> bool:
    return is_open(can, "give_material") or is_open(can, "add_info")


def page_status(file: CaseFile) -> tuple[str, str]:
    """Return the pill over the sentence: whose turn it is, or how it ended."""
    case, context = file.case, file.context
    if context.state.is_final:
        return "done", context.procedure.outcomes.get(case.outcome, context.state.label)
    if context.turn_side == "enterprise" and case.answered_on:
        if case.kind != "problem":
            return "done", "已答复"
        return ("turn", "等您评价") if asking.waiting_intake(file) else ("paused", "等别人评价")
    if context.turn_side == "enterprise":
        return "turn", "等您补材料"
    return faces.row_status(case, case.due_by, context.today, context.calendar)


def hint(file: CaseFile) -> str:
    """Return the line under the sentence: what happens when nobody does anything."""
    case, context = file.case, file.context
    if context.turn_side == "enterprise" and case.answered_on and case.kind == "problem":
        if asking.waiting_intake(file) is None:
            return "您说过了。同一件事还有别人问，等他们也说了再办结。"
        return "您不说，这件事不会自动算解决。过几天没有您的话，回访的人会打电话问您。"
    if context.turn_side == "enterprise" and case.answered_on:
        return "受理台看过答复，会写明结论和理由。"
    if case.outcome == "explained":
        return f"卡在：{case.extras.get('obstacle', '')}。情况变了会重办。"
    if case.outcome == "unconfirmed":
        return "要是没解决，可以要求重新办。"
    if case.outcome == "joined":
        return "同样的事已经有一件在办，您的话并过去了，答复一样给您。"
    if case.extras.get("conclusion") and context.state.is_final:
        return str(case.extras["conclusion"])
    return ""


def answer_of(door: Door, file: CaseFile, answer: Answer) -> dict[str, Any]:
    """Return one version of the answer as a card."""
    owner = next((a for a in file.context.assignments if a.no == answer.assignment_no), None)
    unit = file.names.unit(owner.unit_id) if owner else ""
    current = answer.kind != "interim"
    documents = asking.answer_documents(file) if current else []
    results = [
        f"{answer.quantity.normalize():f} {answer.quantity_unit}".strip()
        if answer.quantity is not None
        else "",
        f"惠及 {answer.firms_benefited} 家企业" if answer.firms_benefited else "",
    ]
    return {
        "no": answer.no,
        "kind": KIND_WORDS.get(answer.kind, "答复"),
        "text": answer.text,
        "by": f"{unit} {answer.given_by_name}".strip(),
        "at": answer.given_at,
        "results": "，".join(r for r in results if r),
        "documents": [document_face(door, d) for d in documents],
    }


def document_face(door: Door, document: Document) -> dict[str, Any]:
    url = door.file_url(document.pk)
    return {
        "name": document.name,
        "size": document.size,
        "url": url,
        "preview_url": f"{url}?size=thumb" if document.is_image else "",
        "erased": document.erased_at is not None,
    }


def moment_face(door: Door, moment: asking.Moment) -> dict[str, Any]:
    """Return one thing that happened with its files as links."""
    return {
        "at": moment.at,
        "who": moment.who,
        "text": moment.text,
        "quote": moment.quote,
        "documents": [document_face(door, d) for d in moment.documents],
        "minor": moment.minor,
    }


def verdict_options(file: CaseFile) -> list[dict[str, str]]:
    """Return the three tiles with what each leads to; nothing is preselected."""
    days = int(parameter("follow_up.days", district_id=file.case.district_id, on=file.context.today))
    again = "交督查部门管，接着剩下的期限算" if file.case.refusal_count else "退回重办，接着剩下的期限算"
    return [
        {
            "value": "solved",
            "label": "解决了",
            "consequence": f"办结，{days} 天后有人回访",
            "icon": "thumb-up",
        },
        {"value": "partly", "label": "部分解决", "consequence": "退回接着办，除非您同意办结", "icon": "half"},
        {"value": "not_solved", "label": "没解决", "consequence": again, "icon": "thumb-down"},
    ]


def said(file: CaseFile, answer: Answer | None) -> dict[str, Any] | None:
    """Return the viewer's own last word on the current answer."""
    mine = [v for v in file.context.verdicts if answer and v.answer_no == answer.no]
    if not mine:
        return None
    last = mine[-1]
    stars = next((w for v, w in SATISFACTION if v == str(last.satisfaction)), "")
    comment = file.personal.get(last.comment_ref) if last.comment_ref else ""
    return {"value": last.get_value_display(), "stars": stars, "comment": comment or "", "at": last.given_at}


def clock_dates(file: CaseFile, clock: ClockFace | None) -> list[tuple[str, str, bool]]:
    """Return the promise, a due day that moved, and when it was done, as (label, words, bold)."""
    if clock is None:
        return []
    today, case = file.context.today, file.case
    label = "承诺" if clock.is_main else clock.label
    rows = [(label, f"{day_dated_words(clock.promised_by, today)}下班前", True)]
    if clock.due_by != clock.promised_by and clock.is_open:
        rows.append(("现在到", f"{day_dated_words(clock.due_by, today)}下班前", True))
    answer = asking.shown_answer(file)
    if clock.is_main and case.answered_on and answer:
        rows.append(("实际答复", moment_words(answer.given_at, file.context.now), False))
    return rows


def follow_up_words(file: CaseFile) -> str:
    """Return when somebody will ask again after the end, or what was said then."""
    if file.case.is_open or file.case.outcome not in {"solved", "partly", "unconfirmed"}:
        return ""
    row = FollowUp.objects.filter(case_id=file.case.pk).order_by("-id").first()
    today = file.context.today
    if row is None:
        return ""
    if row.state == FollowUp.State.DONE:
        words = {True: "您说仍是好的", False: "您说又出了问题"}.get(row.still_solved or False, "")
        return f"{day_words(local_date(row.done_at), today) if row.done_at else ''}回访过，{words}"
    if row.state == FollowUp.State.UNREACHED:
        return "回访过，没联系上您"
    return f"{day_words(row.due_on, today)}前后会有人回访"


def paper_context(request: ViewerRequest, door: Door, file: CaseFile) -> dict[str, Any]:
    """Return the sheet: what was asked, what was answered, why that day, what the asker said."""
    answer = asking.shown_answer(file)
    clocks = faces.clock_faces(file.context, file.names)
    clock = faces.main_clock(clocks)
    return {
        **base_context(request, door, file),
        "back_url": door.url,
        "answer": answer_of(door, file, answer) if answer else None,
        "said": said(file, answer),
        "clock": clock,
        "clock_dates": clock_dates(file, clock),
        "asked_at": file.case.received_at,
    }
