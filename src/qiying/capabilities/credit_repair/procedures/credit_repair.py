"""信用修复: one window, the unit that recognised the record decides by two people, every place takes it down.

It ends by decision, is rated, and can be contested; an objection to a record goes the same way.
"""

from datetime import date
from typing import Literal

from qiying.capabilities.credit_repair.rules.law import NEW
from qiying.capabilities.credit_repair.services import acts, applying, contesting, letters
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import asking, ending, material, recording, reminding, writing
from qiying.kernel.cases.vocabulary import (
    PROCEDURES,
    Action,
    Asked,
    Deadline,
    LetterKind,
    Party,
    Procedure,
    State,
)

ASKER = ("asker",)
WINDOW = ("window:desk",)
OFFICER = ("lead:handler", "lead:liaison")
LEADER = ("lead:leader",)
SUPERVISION = ("supervision:supervisor",)
EARLY = ("received", "reviewing")
OPEN = ("received", "waiting_material", "reviewing", "deciding", "stopping", "appealed")
ENDS = ("repaired", "refused", "withdrawn", "falsified", "voided")
LAW = NEW.title


class Application(ActionInput):
    record_id: int = entry("哪一条记录", source="credit_records")
    matter: Literal["repair", "objection"] = entry(
        "办什么", default="repair", choices=applying.MATTERS, widget="radio"
    )
    way: Literal["proof", "promise"] = entry(
        "怎么证明", default="proof", choices=applying.WAYS, widget="radio"
    )
    duty_done: bool = entry("行为纠正了，义务履行完了", default=False, widget="checkbox")
    commitment: bool = entry("读过承诺书，同意公开承诺", default=False, widget="checkbox")
    text: str = entry("说明", default="", widget="textarea", personal=True, max_length=1000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=20)


class Remark(ActionInput):
    text: str = entry("说明", default="", widget="textarea", max_length=500)


class Opinion(ActionInput):
    opinion: Literal["agree", "refuse"] = entry(
        "意见", choices={"agree": "同意", "refuse": "不同意"}, widget="radio"
    )
    refusal: Literal["", "not_due", "duty", "material", "barred", "correct"] = entry(
        "哪一种理由", default="", choices={"": "同意的不用选", **acts.REFUSALS}
    )
    reason: str = entry(
        "理由", default="", widget="textarea", max_length=500, help="不同意的要写，企业会看到"
    )
    again_on: date | None = entry(
        "哪天起可以再来", default=None, widget="date", help="公示期没满的不用填，系统算得出"
    )


class Stopped(ActionInput):
    place_id: int = entry("哪一处撤下了", source="credit_places")
    receipt: str = entry("回执", min_length=2, max_length=120, help="回执编号，或者谁在哪天告诉您的")
    documents: list[int] = entry("截图", default=(), widget="documents", max_length=5)


class Appeal(ActionInput):
    reason: str = entry("为什么不服", widget="textarea", min_length=4, max_length=500)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=20)


class AppealDecision(ActionInput):
    decision: Literal["upheld", "rejected"] = entry(
        "复核结论", choices={"upheld": "成立，重新审核", "rejected": "维持原来的决定"}, widget="radio"
    )
    finding: str = entry("查明什么", widget="textarea", min_length=4, max_length=500, help="企业会看到")


OPINION = Asked("opinion", "审核意见", "lead", no="退回再看")
EXTENSION = Asked("extension", "延长办理", "lead")
FALSE = Asked("false", "认定材料虚假", "lead")

STATES = (
    State("received", "待受理", "window", sentence="收到了，信用窗口正在看材料齐不齐"),
    State("waiting_material", "等补材料", "asker", sentence="等您补材料，期限先停着"),
    State("reviewing", "审核中", "lead", sentence="受理了，认定单位正在审核"),
    State("deciding", "待决定", "lead", sentence="审核完了，等另一个人决定"),
    State("stopping", "撤公示", "window", sentence="同意了，正在让各处撤下"),
    State("appealed", "复核中", "supervision", sentence="您申请了复核，督查部门在看"),
    State("repaired", "已办好", is_final=True, sentence="办好了，各处都不再公示"),
    State("refused", "不同意", is_final=True, sentence="没有同意，理由和什么时候再来都写明了"),
    State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
    State("falsified", "材料虚假", is_final=True, sentence="查明材料是假的，修复撤销了"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)

DEADLINES = (
    Deadline("accept", "受理", "credit.accept", f"收到申请后决定受不受理（{LAW}）", ("accept", "withdraw"),
             counts=False, owed_by="window"),
    Deadline("promise", "一日办结", "credit.promise", "从材料齐全算起（区县服务承诺）", ("decide_opinion", "withdraw"),
             has_cards=True, is_promise=True),
    Deadline("result", "法定时限", "credit.result", f"受理后给结果（{LAW}）", ("decide_opinion", "withdraw"),
             counts=False),
    Deadline("material", "补材料", "credit.material", "《优化营商环境条例》第三十六条：一次性告知", ("give_material",),
             owed_by="asker"),
    Deadline("stop", "撤下公示", "credit.stop", "决定后各处撤下（区县服务承诺）", ("record_stop",), has_cards=True,
             owed_by="window"),
    Deadline("feedback", "反馈", "credit.feedback", f"“信用中国”反馈结果（{LAW}）", ("record_stop",), counts=False,
             owed_by="window"),
    Deadline("appeal", "复核", "credit.appeal", "收到复核申请后答复（区县服务承诺）", ("decide_appeal",),
             has_cards=True, owed_by="supervision"),
)  # fmt: skip

OPENING = Action(
    "apply", "申请", (), ("clerk", "desk"), acts.opened, ("received",), Application, part_of="credit.apply",
    whole=applying.opening_whole, notices=("credit_to_accept", "credit_received"), sentence="提交了申请", icon="edit",
)  # fmt: skip

WORK = (
    Action(
        "accept", "受理，转认定单位", ("received",), WINDOW, acts.accepted, ("reviewing",), Remark,
        notices=("credit_to_review", "credit_accepted"), sentence="材料齐了，受理，转认定单位", is_primary=True,
    ),
    Action(
        "request_material", "请企业补材料", EARLY, (*WINDOW, *OFFICER), acts.material_asked, ("waiting_material",),
        material.RequestMaterial, guards=(material.not_asked,), notices=("credit_material",),
        sentence="一次性告知要补的材料，期限先停", icon="file",
    ),
    Action(
        "propose", "写审核意见", ("reviewing",), OFFICER, acts.proposed, ("deciding",), Opinion,
        guards=(asking.no_open_request,), checks=(acts.check_opinion,), notices=("credit_to_decide",),
        sentence="审核意见：{opinion}", is_primary=True, icon="edit",
    ),
    Action(
        "decide_opinion", "决定", ("deciding",), LEADER, acts.decided, ("stopping", "repaired", "refused", "reviewing"),
        asking.Decide, guards=(asking.has_request("opinion"), asking.not_own_request("opinion")),
        notices=("decided", "credit_agreed", "credit_refused", "credit_to_stop"), sentence="作出决定：{decision}",
        is_conditional=True, is_primary=True, decides="opinion",
    ),
    asking.request(EXTENSION, ("reviewing",), OFFICER, contesting.extension_asked,
                   guards=(asking.no_open_request, contesting.not_extended), is_minor=True, icon="clock"),
    asking.decision(EXTENSION, ("reviewing",), LEADER, contesting.extension_granted, notices=("credit_extended",)),
    Action(
        "record_stop", "登记撤下", ("stopping",), WINDOW, acts.place_stopped, ("repaired",), Stopped,
        notices=("credit_place_stopped", "credit_stopped"), sentence="一处撤下了，回执：{receipt}",
        is_conditional=True, is_primary=True,
    ),
    asking.request(FALSE, ("reviewing", "stopping", "repaired"), OFFICER, is_minor=True, icon="flag"),
    asking.decision(FALSE, ("reviewing", "stopping", "repaired"), LEADER, contesting.falsified, "falsified",
                    notices=("credit_falsified",), icon="flag", judges=False),
    Action(
        "decide_appeal", "决定复核", ("appealed",), SUPERVISION, contesting.appeal_decided, ("reviewing", "refused"),
        AppealDecision, guards=(contesting.not_decided_here,), notices=("credit_appeal_decided", "credit_to_review"),
        sentence="复核：{decision}。{finding}", is_primary=True, is_conditional=True,
    ),
    recording.remark(OPEN, (*WINDOW, *OFFICER, *LEADER, *SUPERVISION), Remark),
    reminding.urging(OPEN, SUPERVISION),
    reminding.receipt(OPEN, (*WINDOW, *OFFICER, *LEADER)),
    writing.issue((*OPEN, "repaired", "refused"), (*WINDOW, *OFFICER)),
    *ending.annul(OPEN, "voided", asked_by=(*WINDOW, *OFFICER), decided_by=SUPERVISION),
)  # fmt: skip

ENTERPRISE = (
    Action(
        "give_material", "补交材料", ("waiting_material",), (*ASKER, *WINDOW), acts.material_given, EARLY,
        material.GiveMaterial, notices=("credit_material_given",), sentence="补齐了材料，期限继续算",
        is_conditional=True, is_primary=True, icon="upload",
    ),
    ending.withdraw(("received", "waiting_material", "reviewing", "deciding"), "withdrawn"),
    Action(
        "appeal", "申请复核", ("refused",), ASKER, contesting.appealed, ("appealed",), Appeal,
        guards=(contesting.within_appeal_time,), notices=("credit_appealed",), sentence="申请复核：{reason}",
        icon="flag",
    ),
)  # fmt: skip

CREDIT_REPAIR = PROCEDURES.register(
    Procedure(
        code="credit_repair",
        version=1,
        label="信用修复",
        purpose="失信记录到了日子就能修复：一窗受理，谁认定谁修复，材料齐了一日办结，各处撤下都有回执，发修复证明。",
        number_prefix="XF",
        closes_by="decision",
        states=STATES,
        initial="received",
        opening=OPENING,
        actions=(*WORK, *ENTERPRISE, *recording.by_program((s.code for s in STATES), OPEN)),
        deadlines=DEADLINES,
        kinds=applying.MATTERS,
        outcomes={
            "repaired": "已修复",
            "corrected": "已更正",
            "refused": "不同意",
            "withdrawn": "企业撤回",
            "falsified": "材料虚假，修复撤销",
            "voided": "作废",
        },
        parties=(
            Party("asker", "申请企业", "enterprise", ("asker",)),
            Party("window", "信用窗口", sees=("asker", "contact", "restricted")),
            Party("lead", "认定单位", sees=("asker", "contact", "restricted")),
            Party("supervision", "督查部门", sees=("asker", "contact", "restricted")),
        ),
        extras=acts.RepairExtras,
        approvals=(OPINION, EXTENSION, FALSE, ending.ANNULMENT),
        asker_reads={
            "accept": (),
            "request_material": ("items",),
            "give_material": ("documents",),
            "decide_opinion": (),
            "record_stop": ("receipt",),
            "decide_extension": (),
            "decide_false": (),
            "decide_appeal": ("decision", "finding"),
            "decide_void": ("note",),
            "issue_letter": ("number",),
        },
        letters=(
            LetterKind("notice", "补正告知书", letters.material_notice, to="asker", needs=letters.has_asked),
            LetterKind("decision", "信用修复决定书", letters.decision, to="asker", needs=letters.is_decided),
        ),
        rated_in=("repaired", "refused"),
    )
)
