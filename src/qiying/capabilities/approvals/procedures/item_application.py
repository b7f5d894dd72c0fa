"""事项申请: one item, one department: checked, accepted, reviewed by one and decided by another, contested, revoked."""

from __future__ import annotations

from datetime import date
from typing import Literal

from qiying.capabilities.approvals.services import items as effects
from qiying.capabilities.approvals.services import letters
from qiying.capabilities.approvals.services.extras import ItemExtras
from qiying.kernel.cases.entering import ActionInput, Text, entry
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

LAW = "行政许可法"
HANDLES = ("lead:handler", "lead:liaison", "lead:leader")
DESK = ("desk:desk",)
SUPERVISION = ("supervision:supervisor",)
OPEN = ("submitted", "correcting", "reviewing", "surveying", "deciding")
ENDS = ("granted", "refused", "rejected", "revoked")
EVERY = (*OPEN, *ENDS, "appealed", "withdrawn", "voided")
MORE = Asked("days", "延长期限", decided_by="lead")
CONCLUSIONS = {"grant": "准予", "refuse": "不予"}


class Opening(ActionInput):
    title: str = entry("事项", max_length=120)
    enterprise_id: int | None = entry(
        "企业", default=None, internal=True, tells_asker="id", source="enterprises"
    )
    way: str = entry("怎么交的", default="online", internal=True)
    text: str = entry("说明", default="", personal=True, internal=True, max_length=2000)


class Reason(ActionInput):
    reason: str = entry("事实和依据", widget="textarea", min_length=8, max_length=600, help="申请人会看到")


class Survey(ActionInput):
    what: str = entry("做什么", max_length=60, help="现场踏勘、专家评审、检验检测、听证")
    days: int = entry("要几个工作日", widget="number", ge=1, le=60, help="告诉申请人；这段时间不计入期限")


class Finding(ActionInput):
    text: str = entry("结果", widget="textarea", min_length=4, max_length=600)
    documents: list[int] = entry("照片、报告", default=(), widget="documents", max_length=20)


class OpinionAsked(ActionInput):
    unit_id: int = entry("请哪个单位", source="units")
    text: str = entry("要它说什么", widget="textarea", min_length=4, max_length=300)


class Review(ActionInput):
    conclusion: Literal["grant", "refuse"] = entry("结论", choices=CONCLUSIONS, widget="radio")
    reason: str = entry("事实和依据", default="", widget="textarea", max_length=600, help="不予的必须写")
    number: str = entry("许可证号", default="", max_length=60, help="设立登记写统一社会信用代码")
    valid_until: date | None = entry("有效期到", default=None, widget="date", help="不填按事项规定")


class Paper(Review):
    decided_on: date = entry("哪天决定的", widget="date")
    documents: list[int] = entry("盖章的决定", default=(), widget="documents", max_length=20)


class Decide(ActionInput):
    decision: Literal["approved", "refused"] = entry(
        "核准", choices={"approved": "同意，作出决定", "refused": "退回重审"}, widget="radio"
    )
    note: str = entry("意见", default="", widget="textarea", max_length=300)


class Check(ActionInput):
    is_true: Literal["yes", "no"] = entry(
        "核查下来", choices={"yes": "和承诺的一样", "no": "承诺不实，撤销"}, widget="radio"
    )
    text: str = entry("查到什么", widget="textarea", min_length=4, max_length=300)
    documents: list[int] = entry("照片", default=(), widget="documents", max_length=20)


class Days(ActionInput):
    days: int = entry("延几个工作日", widget="number", ge=1, le=10)
    reason: str = entry("为什么", widget="textarea", min_length=4, max_length=300)


class DecideAppeal(ActionInput):
    decision: Literal["approved", "refused"] = entry(
        "复核", choices={"approved": "原决定不对，重新办", "refused": "维持原决定"}, widget="radio"
    )
    finding: str = entry("查明的情况", widget="textarea", min_length=8, max_length=600)


ITEM_APPLICATION = PROCEDURES.register(
    Procedure(
        code="item_application",
        version=1,
        label="事项申请",
        purpose="一个事项、一个部门：一次性告知、限期审查、准予或者写明理由不予；可以先承诺后补材料，事后核查。",
        number_prefix="XK",
        closes_by="decision",
        initial="submitted",
        states=(
            State("submitted", "待受理", "lead", sentence="收到了，正在看材料齐不齐"),
            State("correcting", "等补正", "asker", sentence="缺的材料一次都列在下面，等您补齐"),
            State("reviewing", "审查中", "lead", sentence="已受理，正在审查"),
            State("surveying", "踏勘评审中", "lead", sentence="正在现场踏勘或专家评审，这段时间不计入期限"),
            State("deciding", "待核准", "lead", sentence="审查完了，等另一个人核准"),
            State("granted", "准予", is_final=True, sentence="准予，证照在下面"),
            State("refused", "不予", is_final=True, sentence="没有准予，理由和救济办法写在下面"),
            State("rejected", "不予受理", is_final=True, sentence="没有受理，理由写在下面"),
            State("revoked", "已撤销", is_final=True, sentence="已经撤销，理由写在下面"),
            State("appealed", "复核中", "supervision", sentence="您申请了复核，督查部门在看"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(
            Party("asker", "申请人", "enterprise", ("asker",)),
            Party("lead", "办理部门", sees=("asker", "contact", "restricted")),
            Party("co", "会审单位", sees=("asker",)),
            Party("desk", "综合窗口", sees=("asker", "contact")),
            Party("supervision", "督查部门", sees=("asker", "contact", "restricted")),
        ),
        kinds={"item": "事项"},
        outcomes={
            "granted": "准予", "refused": "不予", "not_accepted": "不予受理", "revoked": "已撤销", "withdrawn": "撤回",
            "voided": "作废",
        },
        rated_in=("granted", "refused"),
        extras=ItemExtras,
        approvals=(MORE,),
        asker_reads={
            "request_material": ("items", "basis"), "accept": (), "not_accept": ("reason",), "start_survey": ("what",
            "days"),
            "end_survey": ("text",), "review": (), "decide": (), "explain_late": ("text",), "go_on_paper": (),
            "record_paper": (), "check_commitment": ("is_true", "text"), "revoke": ("reason",), "decide_days": (),
            "decide_appeal": ("decision", "finding"),
        },
        deadlines=(
            Deadline("check", "看材料齐不齐", "approval.check",
                     f"五日内一次告知，逾期不告知即为受理（{LAW}第三十二条）",
                     ("accept", "not_accept", "request_material"), has_cards=True),
            Deadline("material", "补正", "approval.material", f"一次告知需要补正的全部内容（{LAW}第三十二条）",
                     ("give_material", "not_accept"), owed_by="asker", counts=False),
            Deadline("decide", "作出决定", "approval.decide", "向社会公开的承诺时限", ("review", "decide",
                     "record_paper"),
                     has_cards=True, is_promise=True),
            Deadline("law", "法定期限", "approval.law", f"二十个工作日，事项另有规定的从其规定（{LAW}第四十二条）",
                     ("review", "decide", "record_paper"), counts=False),
            Deadline("survey", "踏勘评审", "approval.survey", f"不计入期限，时间告知申请人（{LAW}第四十五条）",
                     ("end_survey",), has_cards=True),
            Deadline("appeal", "复核", "approval.appeal_decide", "区县承诺", ("decide_appeal",), owed_by="supervision",
                     has_cards=True),
        ),
        letters=(
            LetterKind("material", "一次性告知书", letters.material_notice, to="asker", needs=letters.was_asked),
            LetterKind("accepted", "受理通知书", letters.accepted_notice, to="asker", needs=letters.was_accepted),
            LetterKind("refused", "不予许可决定书", letters.refusal, to="asker", needs=letters.was_refused),
        ),
        opening=Action(
            "open", "申请", (), ("anyone",), effects.opened, ("submitted", "reviewing"), Opening, is_conditional=True,
            part_of="approvals.apply", notices=("approval_new",), sentence="申请了",
        ),
        actions=(
            Action("accept", "受理", ("submitted",), HANDLES, effects.accepted, ("reviewing",), sentence="受理了",
                   notices=("approval_accepted",), is_primary=True),
            Action("review", "审查", ("reviewing",), HANDLES, effects.reviewed, ("granted", "refused", "deciding"),
                   Review,
                   guards=(effects.opinions_are_in,), checks=(effects.check_review,), is_conditional=True,
                       is_primary=True,
                   notices=("approval_granted", "approval_refused", "approval_decide", "enterprise_founded"),
                   sentence="审查：{conclusion}"),
            Action("decide", "核准", ("deciding",), HANDLES, effects.decided, ("granted", "refused", "reviewing"),
                   Decide,
                   guards=(effects.not_own_proposal,), is_conditional=True, is_primary=True,
                   notices=("approval_granted", "approval_refused", "enterprise_founded"), sentence="核准：{decision}"),
            Action("request_material", "一次性告知", ("submitted", "reviewing"), HANDLES, effects.material_asked,
                   ("correcting",), material.RequestMaterial, guards=(material.not_asked,),
                   notices=("approval_material",), sentence="一次性告知要补的全部材料", icon="file"),
            Action("give_material", "补齐材料", ("correcting",), ("asker", *DESK), effects.material_given,
                   ("submitted", "reviewing"), material.GiveMaterial, sentence="补齐了材料", is_conditional=True,
                   is_primary=True, icon="upload"),
            Action("not_accept", "不予受理", ("submitted", "correcting"), HANDLES, effects.not_accepted, ("rejected",),
                   Reason,
                   guards=(material.is_late,), notices=("approval_refused",), sentence="不予受理：{reason}", icon="x"),
            Action("start_survey", "踏勘或评审", ("reviewing",), HANDLES, effects.survey_began, ("surveying",), Survey,
                   notices=("approval_survey",), sentence="{what}，{days} 个工作日，不计入期限", icon="eye"),
            Action("end_survey", "记踏勘结果", ("surveying",), HANDLES, effects.survey_ended, ("reviewing",), Finding,
                   sentence="踏勘评审完了：{text}", is_primary=True),
            Action("ask_opinion", "请别的单位会审", ("reviewing",), HANDLES, effects.opinion_asked, (), OpinionAsked,
                   notices=("approval_opinion",), sentence="请{unit_id}会审：{text}", icon="user"),
            Action("opinion", "交会审意见", ("reviewing",), ("co:handler", "co:liaison", "co:leader"),
                   effects.opinion_given,
                   (), Text, guards=(effects.opinion_waits,), sentence="会审意见：{text}", is_primary=True,
                   icon="edit"),
            asking.request(MORE, ("reviewing",), HANDLES, effects.ask_days, input=Days, icon="clock",
                           guards=(asking.no_open_request, effects.once_only)),
            asking.decision(MORE, ("reviewing",), ("lead:leader",), effects.more_days, judges=False,
                            notices=("approval_prolonged",)),
            Action("explain_late", "说明为什么超期", OPEN, HANDLES, effects.late_explained, (), Text,
                   guards=(effects.is_late,), notices=("approval_late",), sentence="超期说明：{text}", icon="flag"),
            Action("go_on_paper", "部门系统停用，转纸面", ("reviewing", "deciding"), (*DESK, *HANDLES),
                   effects.went_offline,
                   (), Reason, guards=(effects.is_online_here,), notices=("approval_offline",),
                   sentence="部门系统停用，转纸面办：{reason}", is_minor=True, icon="printer"),
            Action("record_paper", "登记纸面决定", ("reviewing", "deciding"), DESK, effects.paper_recorded,
                   ("granted", "refused"), Paper, guards=(effects.is_on_paper,), checks=(effects.check_paper,),
                   notices=("approval_granted", "approval_refused", "enterprise_founded"), is_conditional=True,
                   sentence="部门{decided_on}在纸上决定：{conclusion}", icon="upload"),
            Action("check_commitment", "核查承诺", ("granted",), HANDLES, effects.checked, ("revoked",), Check,
                   guards=(effects.check_waits,), notices=("approval_revoked",), is_conditional=True,
                   sentence="核查承诺：{is_true}。{text}", icon="eye"),
            Action("revoke", "撤销", ("granted",), ("lead:leader",), effects.revoked, ("revoked",), Reason,
                   notices=("approval_revoked",), sentence="撤销：{reason}", is_minor=True, icon="trash"),
            Action("appeal", "申请复核", ("refused", "rejected", "revoked"), ("asker",), effects.appealed,
                   ("appealed",),
                   Reason, guards=(effects.within_appeal_days,), notices=("approval_appealed",),
                   sentence="申请复核：{reason}", icon="flag"),
            Action("decide_appeal", "决定复核", ("appealed",), SUPERVISION, effects.appeal_decided,
                   ("reviewing", "refused", "rejected", "revoked"), DecideAppeal, judges=True, is_conditional=True,
                   notices=("approval_appeal_decided", "approval_new"), sentence="复核：{decision}。{finding}",
                   is_primary=True),
            ending.withdraw(OPEN, "withdrawn"),
            Action("void", "作废", OPEN, ("import",), effects.voided, ("voided",), asking.Request,
                   sentence="作废：{reason}", is_minor=True, icon="trash"),
            reminding.urging(OPEN, (*DESK, *SUPERVISION)),
            reminding.receipt(EVERY, HANDLES),
            recording.remark(EVERY, (*HANDLES, *DESK, *SUPERVISION)),
            writing.issue((*OPEN, *ENDS), HANDLES),
            *recording.by_program(EVERY, (*OPEN, "appealed")),
        ),
    )
)  # fmt: skip
