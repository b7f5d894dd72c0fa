"""合规指导: a self-assessment, an expert by appointment, advice with a re-check, a talk; never an inspection."""

from datetime import date
from typing import Literal

from qiying.capabilities.prevention.services import guiding
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import ending, recording
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

GUIDED = ("guided",)
OFFICE = ("lead:inspector", "lead:law_watcher")
HELPING = (*OFFICE, "expert")
OPEN = ("asked", "advised")


class Asking(ActionInput):
    kind: Literal["assessment", "visit", "talk"] = entry("要什么", choices=guiding.KINDS, widget="radio")
    enterprise_id: int | None = entry("企业", default=None, source="enterprises", ge=1, le=10**12)
    sector: str = entry(
        "行业", default="", choices={"": "没有对应的不选", **guiding.sector_choices()}, max_length=24
    )
    text: str = entry(
        "想解决什么", widget="textarea", min_length=4, max_length=500, help="约谈写有什么风险；企业看得到"
    )


class Assessed(ActionInput):
    response_id: int = entry("自评表", internal=True)
    points: str = entry("得分", max_length=12)
    grade: str = entry("等次", default="", max_length=30)


class Arranged(ActionInput):
    expert_id: int = entry("请哪位专家", source="compliance_experts", ge=1, le=10**12)
    meets_on: date = entry("哪天上门", widget="date", help="先和企业说好；企业也可以自己在“预约”里约")


class Talk(ActionInput):
    people: str = entry("谁来谈的", min_length=2, max_length=120)
    text: str = entry("谈了什么", widget="textarea", min_length=4, max_length=2000)
    commitment: str = entry("企业承诺什么", widget="textarea", min_length=4, max_length=500)


class Advice(ActionInput):
    text: str = entry("建议", widget="textarea", min_length=4, max_length=2000, help="一条一行")
    recheck_on: date = entry("哪天回头看", widget="date")


class Recheck(ActionInput):
    result: Literal["done", "again"] = entry(
        "回头看", choices={"done": "都做到了", "again": "还差一些，接着指导"}, widget="radio"
    )
    text: str = entry("看到什么", widget="textarea", min_length=4, max_length=1000)


class Remark(ActionInput):
    text: str = entry("说明", widget="textarea", min_length=2, max_length=500)


STATES = (
    State("asked", "待指导", "lead", sentence="收到了，正在安排；合规指导不是检查，不计次数，不收费"),
    State("advised", "照建议在改", "guided", sentence="建议在下面，请照着改，到日子来回头看"),
    State("closed", "指导完了", is_final=True, sentence="指导完了"),
    State("withdrawn", "不要了", is_final=True, sentence="已撤回"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)
ACTIONS = (
    Action("assess", "填自评表", ("asked", "advised"), (*GUIDED, *HELPING), guiding.assessed, (), Assessed,
           guards=(guiding.is_sectoral,), part_of="guidance.assess", notices=("guidance_assessed",),
           sentence="自评 {points} 分，{grade}"),
    Action("arrange", "安排专家上门", ("asked", "advised"), OFFICE, guiding.arranged, (), Arranged,
           checks=(guiding.check_arranged,), notices=("guidance_arranged",), sentence="请专家{meets_on}上门"),
    Action("talk", "记约谈", ("asked",), OFFICE, guiding.talked, (), Talk, suits=guiding.is_talk,
           sentence="{people}约谈：{text}", is_primary=True),
    Action("commit", "承诺照做", ("asked", "advised"), GUIDED, guiding.committed, (), guards=(guiding.is_uncommitted,),
           suits=guiding.is_talk, sentence="企业承诺照做"),
    Action("advise", "出建议", ("asked",), HELPING, guiding.advised, ("advised",), Advice,
           checks=(guiding.check_advice,), notices=("guidance_advised",), sentence="建议：{text}", is_primary=True),
    Action("recheck", "回头看", ("advised",), HELPING, guiding.rechecked, ("closed", "asked"), Recheck,
           sentence="回头看：{result}。{text}", is_conditional=True, is_primary=True),
    Action("withdraw", "不要了", OPEN, GUIDED, guiding.taken_back, ("withdrawn",), Remark, sentence="不要了：{text}",
           is_minor=True, icon="undo"),
    recording.remark(OPEN, HELPING, Remark),
    *ending.annul(OPEN, "voided", asked_by=OFFICE, decided_by=("supervision:law_watcher",)),
    *recording.by_program((s.code for s in STATES), OPEN),
)  # fmt: skip

GUIDANCE = PROCEDURES.register(
    Procedure(
        code="guidance",
        version=1,
        label="合规指导",
        purpose="自己先评一遍，约专家上门，照建议改，到日子回头看；不是检查，不计次数，不收费，谁也不能强制。",
        number_prefix="ZD",
        closes_by="decision",
        states=STATES,
        initial="asked",
        opening=Action(
            "ask", "要合规指导", (), ("clerk", "inspector", "law_watcher"), guiding.opened, ("asked",), Asking,
            part_of="guidance.open", whole=guiding.guidance_open, notices=("guidance_asked", "guidance_talk"),
            sentence="要合规指导", icon="edit",
        ),
        actions=ACTIONS,
        deadlines=(
            Deadline("guide", "出建议", "guidance.guide", "收到后安排指导（区县服务承诺）", ("advise", "withdraw"),
                     has_cards=True, is_promise=True),
            Deadline("recheck", "回头看", "guidance.recheck", "建议里说好的日子", ("recheck", "withdraw"), unit="day",
                     has_cards=True),
        ),
        kinds=guiding.KINDS,
        outcomes={"done": "做到了", "withdrawn": "企业不要了", "voided": "作废"},
        parties=(
            Party("guided", "被指导企业", "enterprise"),
            Party("lead", "指导单位", sees=("restricted",)),
            Party("expert", "专家"),
            Party("supervision", "执法监督"),
        ),
        extras=guiding.GuidanceExtras,
        approvals=(ending.ANNULMENT,),
        asker_reads={
            "ask": ("text", "kind"),
            "assess": ("points", "grade"),
            "arrange": ("meets_on",),
            "talk": ("people", "text", "commitment"),
            "advise": ("text", "recheck_on"),
            "recheck": ("result", "text"),
        },
    )
)  # fmt: skip
