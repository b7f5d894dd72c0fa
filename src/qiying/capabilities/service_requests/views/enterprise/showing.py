"""What requests add to their asker's page: the verdict's tiles, his own word, the call some weeks later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from qiying.capabilities.service_requests.models import FollowUp, RequestExtras
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.faces.asker import (
    AskerAct,
    AskerFace,
    Panel,
    asker_face,
    shown_answer,
    waiting_intake,
)
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.views.asker_door import Door
from qiying.kernel.organisations.offers import provide
from qiying.ui.humanize import day_words

SATISFACTION = (("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "很不满意"))
SAID_PLAINLY = {
    "give_back": "说不归它办，退回重新交办",
    "resume": "恢复办理",
    "send_back": "督查部门退回重办",
    "void": "作废了这件事",
    "decide_void": "作废了这件事",
    "decide_answer": "答复了",
    "join": "同样的事已经在办，并到了一起",
}


def hint(file: CaseFile) -> str:
    """Return the line under the sentence: what happens when nobody does anything."""
    case, context, extras = file.case, file.context, RequestExtras.of(file.case)
    if context.turn_side == "enterprise" and case.answered_on and case.kind == "problem":
        if waiting_intake(file) is None:
            return "您说过了。同一件事还有别人问，等他们也说了再办结。"
        return "您不说，这件事不会自动算解决。过几天没有您的话，回访的人会打电话问您。"
    if context.turn_side == "enterprise" and case.answered_on:
        return "受理台看过答复，会写明结论和理由。"
    if case.outcome == "explained":
        return f"卡在：{extras.obstacle}。情况变了会重办。"
    if case.outcome == "unconfirmed":
        return "要是没解决，可以要求重新办。"
    if case.outcome == "joined":
        return "同样的事已经有一件在办，您的话并过去了，答复一样给您。"
    if extras.conclusion and context.state.is_final:
        return extras.conclusion
    return follow_up_words(file)


def verdict_context(file: CaseFile) -> Mapping[str, Any]:
    """Return the three tiles with what each leads to; nothing is preselected."""
    days = int(parameter("follow_up.days", district_id=file.case.district_id, on=file.context.today))
    again = "交督查部门管，接着剩下的期限算" if file.case.refusal_count else "退回重办，接着剩下的期限算"
    answer = shown_answer(file)
    solved = {"value": "solved", "label": "解决了", "icon": "thumb-up"}
    partly = {"value": "partly", "label": "部分解决", "icon": "half"}
    not_solved = {"value": "not_solved", "label": "没解决", "icon": "thumb-down"}
    return {
        "options": [
            {**solved, "consequence": f"办结，{days} 天后有人回访"},
            {**partly, "consequence": "退回接着办，除非您同意办结"},
            {**not_solved, "consequence": again},
        ],
        "satisfaction": SATISFACTION,
        "answer_no": answer.no if answer else "",
    }


def material(file: CaseFile) -> Mapping[str, Any]:
    """Return the papers asked for, named once all together."""
    return {"text": RequestExtras.of(file.case).material_items}


def panels(door: Door, file: CaseFile) -> list[Panel]:
    """Return the viewer's own last word on the current answer."""
    answer = shown_answer(file)
    mine = [v for v in file.context.verdicts if answer and v.answer_no == answer.no]
    if not mine:
        return []
    last = mine[-1]
    stars = next((w for v, w in SATISFACTION if v == str(last.satisfaction)), "")
    comment = file.personal.get(last.comment_ref) if last.comment_ref else ""
    said = {"value": last.get_value_display(), "stars": stars, "comment": comment or "", "at": last.given_at}
    return [Panel("enterprise/said_verdict.html", said)]


def follow_up_words(file: CaseFile) -> str:
    """Return when somebody will ask again after the end, or what was said then."""
    if file.case.is_open or file.case.outcome not in {"solved", "partly"}:
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


def say_url(about: str = "") -> str:
    """Return where something is said; `about` is the number of a case one complains of."""
    given = {"kind": "clue", "about": about} if about else {}
    return reverse("service_requests:say") + (f"?{urlencode(given)}" if given else "")


ACTS = {
    "give_verdict": AskerAct(template="enterprise/verdict.html", context=verdict_context),
    "give_material": AskerAct(
        "要您补的，一次说全了", "材料齐了，交上去", why="交了以后期限接着算。以后不会再要别的材料。",
        done="材料交上去了，期限接着算。", context=material,
    ),
    "add_info": AskerAct("补一句，或补几张照片", "补上去", done="补充的话交上去了，办的人看得到。"),
    "set_contact": AskerAct("改联系电话", "改成这个", done="电话改好了，以后打这个号码找您。"),
    "withdraw": AskerAct(
        "不办了，撤回", "撤回这件事", confirm="撤回以后就不办了，确定吗？", done="撤回了。以后要办，再说一次就行。",
    ),
    "reopen": AskerAct("又出了问题？要求重新办", "要求重新办", done="重新办了，接着剩下的期限算。"),
}  # fmt: skip
asker_face(
    "service_request",
    AskerFace(
        acts=ACTS,
        panels=panels,
        hint=hint,
        said_plainly=SAID_PLAINLY,
        turn_words={"answered": "等您评价", "waiting_material": "等您补材料"},
    ),
)
provide("say_url", say_url)
provide("track_url", lambda: reverse("service_requests:track"))
