"""廉洁举报: sealed to the discipline body; checked, concluded by two. Only its days are readable."""

from typing import Literal

from qiying.capabilities.integrity.services import acts
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.standard import asking, recording
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, State

BODY = ("discipline:discipline",)
OPEN = ("received", "checking", "asking", "deciding")
OUTCOMES = {
    "founded": "查实，已处理",
    "unfounded": "查了，没有这回事",
    "unclear": "查了，证据不够",
    "passed_on": "不归本单位管，已转有权的机关",
    "ordinary": "不是廉洁问题，请另行反映",
}


class Opening(ActionInput):
    unit_id: int = entry("收件的纪检机构", internal=True)


class Conclusion(ActionInput):
    outcome: str = entry("结论", choices=OUTCOMES)


class Decision(ActionInput):
    """Without a remark: what is written here could be read by who holds no key."""

    decision: Literal["approved", "refused"] = entry(
        "结论", choices={"approved": "同意，就这样办结", "refused": "不同意，接着查"}, widget="radio"
    )


class ReportExtras(Extras):
    outcome: str = ""


RULES = "《纪检监察机关处理检举控告工作规则》"
INTEGRITY_REPORT = PROCEDURES.register(
    Procedure(
        code="integrity_report",
        version=1,
        label="廉洁举报",
        purpose="扫廉心卡或上网举报，内容加密，只有纪检机构用口令打得开；查询码可以跟进和补充，不用留名字。",
        number_prefix="LJ",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "待受理", "discipline", sentence="收到了，还没受理"),
            State("checking", "核查中", "discipline", sentence="受理了，正在核查"),
            State("asking", "等举报人回复", sentence="问了举报人，等他用查询码回复"),
            State("deciding", "等另一人审核", "discipline", sentence="结论拟好了，等另一个人审核"),
            State("closed", "已办结", is_final=True, sentence="办结了，举报人用查询码看得到结果"),
        ),
        parties=(Party("discipline", "纪检机构", sees=("restricted",)),),
        kinds={"report": "举报"},
        outcomes=OUTCOMES,
        extras=ReportExtras,
        approvals=(Asked("conclude", "核查结论", "discipline"),),
        deadlines=(
            Deadline("accept", "受理", "integrity.accept", f"收到后告知受理情况（{RULES}）", ("take",),
                     owed_by="discipline", has_cards=True, is_promise=True),
            Deadline("check", "核查", "integrity.check", "受理后核查（区县承诺）", ("decide",),
                     owed_by="discipline", has_cards=True),
        ),
        opening=Action(
            "open", "举报", (), ("system",), acts.opened, ("received",), Opening, part_of="integrity.report",
            notices=("integrity_received",), sentence="收到一份密封举报",
        ),
        actions=(
            Action("take", "受理", ("received",), BODY, acts.taken, ("checking",), sentence="受理了", is_primary=True),
            Action(
                "ask", "问举报人", ("checking",), BODY, acts.asked, ("asking",), part_of="integrity.message",
                sentence="问了举报人一句话",
            ),
            Action(
                "tell", "告诉举报人", ("received", "checking", "asking"), BODY, recording.inward, (),
                part_of="integrity.message", sentence="给举报人留了话", is_minor=True,
            ),
            Action(
                "answered", "举报人补充", ("received", "checking", "asking", "deciding"), ("system",), acts.answered,
                ("checking",), part_of="integrity.message", notices=("integrity_answered",),
                sentence="举报人补充了", is_conditional=True,
            ),
            Action(
                "propose", "拟定结论", ("checking", "asking"), BODY, acts.proposed, ("deciding",), Conclusion,
                guards=(asking.no_open_request,), part_of="integrity.message", notices=("integrity_to_check",),
                sentence="拟定了结论",
            ),
            Action(
                "decide", "审核结论", ("deciding",), BODY, acts.decided, ("closed", "checking"), Decision,
                guards=(acts.not_checked_by_author,), part_of="integrity.message", sentence="审核结论：{decision}",
                is_conditional=True, decides="conclude",
            ),
            *recording.by_program(("received", "checking", "asking", "deciding", "closed"), OPEN),
        ),
    )
)  # fmt: skip
