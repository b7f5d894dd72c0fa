"""Letters of an inspection: notice, approval form, record on the spot, result (司法部 2025 forms, in plain words)."""

from __future__ import annotations

from collections.abc import Sequence

from qiying.capabilities.inspections.models import Inspection
from qiying.capabilities.inspections.rules.inspecting import STANDING
from qiying.capabilities.inspections.services.telling import rectify_words
from qiying.capabilities.inspections.services.visit import RESULTS, extras_of, visit_in
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.documents.letter_layout import chinese_date as day
from qiying.kernel.forms.models import Response

RIGHTS = (
    "请看清执法证件和企业码上的检查单位。没有证件、没有扫码、不足两人的，可以拒绝检查。"
    "检查不收费，不指定中介，不要求法定代表人到场；对检查可以评价，也可以投诉。"
)


def is_approved(context: CaseContext) -> str | None:
    return "批准以后才能通知" if context.case.state == "proposed" else None


def is_recorded(context: CaseContext) -> str | None:
    return None if extras_of(context).recorded else "还没有记检查表"


def is_concluded(context: CaseContext) -> str | None:
    return None if context.case.state == "concluded" else "还没有出结果"


def _head(one: Inspection) -> list[str]:
    units = "、".join(b.body.unit.name for b in one.bodies.all())
    items = "；".join(f"{i.name}（依据：{i.basis}）" for i in one.items.all())
    who = "、".join(f"{o.person.name}（执法证 {o.certificate}）" for o in one.officers.all())
    return [
        f"检查单位：{units}。检查种类：{one.get_kind_display()}。",
        f"企业：{one.enterprise.name}。地点：{one.place}。时间：{day(one.first_on)}到{day(one.last_on)}之间一次。",
        f"检查事项：{items}。",
        f"执法人员：{who or '另行告知'}。",
    ]


def notice(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return who comes, when, for what, and what the enterprise need not bear."""
    return [
        f"根据年度检查计划或者已经批准的事由，对你单位进行检查。{_why(file)}",
        *_head(visit_in(file.context)),
        RIGHTS,
    ]


def _why(file: CaseFile) -> str:
    asked = next((a for a in file.context.approvals if a.kind == "approval"), None)
    return f"事由：{asked.reason}。" if asked else ""


def approval(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return what was asked of the head and what he decided."""
    one = visit_in(file.context)
    asked = next((a for a in file.context.approvals if a.kind == "approval"), None)
    by = "；".join(
        f"{b.body.unit.name}：{STANDING[b.body.standing]}，{b.body.basis}" for b in one.bodies.all()
    )
    said = (
        f"审批：{asked.decided_by_name} {'同意' if asked.decision == 'approved' else '不同意'}。{asked.note}"
        if asked and asked.decision
        else "审批：还没有决定。"
    )
    return [f"主体资格：{by}。", *_head(one), _why(file), said]


def record(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return each checklist as it was answered on the spot."""
    known, one = extras_of(file.context), visit_in(file.context)
    names = {str(i.pk): i.name for i in one.items.all()}
    rows = Response.objects.select_related("version").in_bulk(list(known.recorded.values()))
    told = _head(one)
    for item, pk in known.recorded.items():
        response = rows[pk]
        titles = {q.code: q.title for q in response.version.compiled.definition}
        said = "；".join(f"{titles.get(code, code)}：{value}" for code, value in response.answers.items())
        told.append(f"{names.get(item, '')}：{said}。")
    how = {
        "scanned": "进门前扫了企业码",
        "emergency": "紧急检查，离开前扫了企业码",
        "offline": "断网，事后补录",
    }
    return [*told, f"{how.get(one.entry, '')}。企业在场的人：{known.met or '—'}。"]


def result(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the result and what has to be put right by when."""
    known, one = extras_of(file.context), visit_in(file.context)
    rectify = f"请整改：{rectify_words(known)}" if known.rectify else ""
    made = one.made_on or one.first_on
    return [
        f"{day(made)}对你单位的检查，结果是：{RESULTS[file.case.outcome]}。{known.result_text}",
        rectify,
        "对这次检查可以在“我的办件”里评价、投诉。",
    ]
