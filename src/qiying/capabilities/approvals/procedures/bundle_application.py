"""一件事申请: asked once, every department at the same time on its own clock, results joined (批一次、一类事)."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.approvals.services import bundles as effects
from qiying.capabilities.approvals.services import letters
from qiying.capabilities.approvals.services.extras import BundleExtras
from qiying.kernel.cases.entering import ActionInput, Text, entry
from qiying.kernel.cases.standard import asking, children, ending, material, recording, reminding, writing
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
DESK = ("desk:desk",)
MEMBER = ("member:handler", "member:liaison", "member:leader")
SUPERVISION = ("supervision:supervisor",)
OPEN = ("submitted", "correcting", "going", "joining")
EVERY = (*OPEN, "done", "withdrawn", "voided")
MORE = Asked("joint_days", "延长期限")


class Opening(ActionInput):
    title: str = entry("哪件事", max_length=120)
    enterprise_id: int | None = entry(
        "企业", default=None, internal=True, tells_asker="id", source="enterprises"
    )
    way: str = entry("怎么交的", default="online", internal=True)
    text: str = entry("说明", default="", personal=True, internal=True, max_length=2000)


class Visit(ActionInput):
    first: date = entry("哪天去看", widget="date")
    second: date | None = entry("或者", default=None, widget="date")
    third: date | None = entry("或者", default=None, widget="date")
    place: str = entry("在哪里碰头", default="", max_length=120)
    is_fixed: bool = entry("就定第一个日子，不用各家答复", default=False, widget="checkbox")


class VisitDays(ActionInput):
    days: list[str] = entry(
        "哪几天可以", default=(), source="visit_days", widget="checkboxes", help="都不行就一个也不选"
    )


class Finding(ActionInput):
    text: str = entry("看到什么，哪里要改", widget="textarea", min_length=4, max_length=1000)
    documents: list[int] = entry("照片", default=(), widget="documents", max_length=20)


class Escort(ActionInput):
    person_id: int = entry("谁领办", source="escort_people")
    usual_days: int | None = entry(
        "平常要几个工作日", default=None, widget="number", ge=1, le=400, help="不填用清单里的"
    )


class Days(ActionInput):
    days: int = entry("延几个工作日", widget="number", ge=1, le=15)
    reason: str = entry("为什么", widget="textarea", min_length=4, max_length=300)


BUNDLE_APPLICATION = PROCEDURES.register(
    Procedure(
        code="bundle_application",
        version=1,
        label="一件事申请",
        purpose="几个部门的事一次申请、同时办理：共用材料，一起踏勘，各算各的期限，结果一起给。",
        number_prefix="YJ",
        closes_by="decision",
        initial="submitted",
        states=(
            State("submitted", "待受理", "desk", sentence="收到了，综合窗口在看"),
            State("correcting", "等补正", "asker", sentence="缺的材料一次都列在下面，等您补齐"),
            State("going", "并联办理", sentence="各部门同时在办，每一项的进度在下面"),
            State("joining", "待汇总发证", "desk", sentence="各项都有了决定，正在汇总"),
            State("done", "已办结", is_final=True, sentence="办好了，结果在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回，各项一起停了"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(
            Party("asker", "申请人", "enterprise", ("asker",)),
            Party("desk", "综合窗口", sees=("asker", "contact")),
            Party("member", "联办部门", sees=("asker", "contact")),
            Party("escort", "领办人", sees=("asker", "contact")),
            Party("supervision", "督查部门", sees=("asker", "contact", "restricted")),
        ),
        kinds={"thing": "一件事", "class": "一类事", "project": "项目审批"},
        outcomes={
            "granted": "都办好了", "partly": "办好了一部分", "refused": "没有办成", "withdrawn": "撤回",
            "voided": "作废",
        },
        rated_in=("done",),
        extras=BundleExtras,
        approvals=(MORE,),
        asker_reads={
            "child_moved": children.ASKER_READS, "request_material": ("items", "basis"), "accept": (),
            "propose_visit": ("first", "second", "third", "place"), "record_visit": ("text", "documents"), "join": (),
            "name_escort": ("person_id",), "decide_joint_days": (),
        },
        deadlines=(
            Deadline("take", "受理", "approval.take", "综合窗口一窗受理", ("accept", "request_material"),
                     owed_by="desk",
                     has_cards=True),
            Deadline("material", "补正", "approval.material", f"一次告知需要补正的全部内容（{LAW}第三十二条）",
                     ("give_material",), owed_by="asker", counts=False),
            Deadline("whole", "全部办完", "approval.whole", "向社会公开的承诺时限", ("child_moved",), owed_by="desk",
                     has_cards=True, is_promise=True),
            Deadline("law", "法定期限", "approval.joint",
                     f"统一办理的四十五日，经批准可延十五日（{LAW}第四十二条第二款）",
                     ("child_moved",), owed_by="desk", counts=False),
            Deadline("certificate", "汇总发证", "approval.certificate", f"决定之日起十日内（{LAW}第四十四条）",
                     ("join",),
                     owed_by="desk", has_cards=True),
        ),
        letters=(
            LetterKind("material", "一次性告知书", letters.material_notice, to="asker", needs=letters.was_asked),
            LetterKind("accepted", "受理通知书", letters.accepted_notice, to="asker", needs=letters.was_accepted),
        ),
        opening=Action(
            "open", "申请", (), ("anyone",), effects.opened, ("submitted", "going"), Opening, is_conditional=True,
            part_of="approvals.apply", notices=("bundle_new", "bundle_accepted"), sentence="申请了，一次交各部门",
        ),
        actions=(
            Action("accept", "受理，同时交各部门", ("submitted",), DESK, effects.accepted, ("going",), is_primary=True,
                   notices=("bundle_accepted",), sentence="受理了，同时交各部门"),
            Action("request_material", "一次性告知", ("submitted",), DESK, effects.material_asked, ("correcting",),
                   material.RequestMaterial, guards=(material.not_asked,), notices=("approval_material",),
                   sentence="一次性告知要补的全部材料", icon="file"),
            Action("give_material", "补齐材料", ("correcting",), ("asker", *DESK), effects.material_given,
                   ("submitted",),
                   material.GiveMaterial, notices=("bundle_new",), sentence="补齐了材料", is_primary=True,
                   icon="upload"),
            children.child_moved(("submitted", "correcting", "going", "joining", "done"), effects.part_moved,
                ("joining",),
                                 notices=("bundle_part_refused", "bundle_to_join")),
            Action("propose_visit", "约联合踏勘", ("going",), (*DESK, *MEMBER), effects.visit_proposed, (), Visit,
                   checks=(effects.check_days,), notices=("bundle_visit", "bundle_visit_on"),
                       sentence="约联合踏勘：{first}",
                   icon="calendar"),
            Action("answer_visit", "答复哪天可以踏勘", ("going",), ("asker", *MEMBER), effects.visit_answered, (),
                   VisitDays,
                   suits=effects.visit_waits, checks=(effects.check_said,),
                   notices=("bundle_visit_on", "bundle_visit_none"), sentence="答复了踏勘的日子", is_primary=True,
                   icon="calendar"),
            Action("record_visit", "记联合踏勘", ("going",), (*DESK, *MEMBER, "escort"), effects.visit_recorded, (),
                   Finding,
                   guards=(effects.visit_is_set,), sentence="联合踏勘：{text}", icon="eye"),
            Action("name_escort", "定领办人", ("submitted", "going"), DESK, effects.escort_named, (), Escort,
                   checks=(effects.check_escort,), notices=("bundle_escort",), sentence="{person_id}领办",
                       icon="user"),
            Action("note_escort", "记领办", ("going", "joining"), ("escort",), recording.note, (), Text,
                   sentence="领办：{text}", icon="edit"),
            Action("join", "汇总发证", ("joining",), (*DESK, "system"), effects.joined, ("done",),
                   guards=(children.every_child_is_final,), notices=("bundle_done",), sentence="汇总了各项结果",
                   is_primary=True),
            asking.request(MORE, ("going",), DESK, effects.ask_more, input=Days, checks=(effects.check_more,),
                           icon="clock"),
            asking.decision(MORE, ("going",), SUPERVISION, effects.more_days, notices=("approval_prolonged",)),
            ending.withdraw(OPEN, "withdrawn", effects.withdrawn_too),
            Action("void", "作废", OPEN, ("import",), effects.voided, ("voided",), asking.Request,
                   sentence="作废：{reason}",
                   is_minor=True, icon="trash"),
            reminding.urging(OPEN, SUPERVISION),
            reminding.receipt(EVERY, (*DESK, *MEMBER)),
            recording.remark(EVERY, (*DESK, *MEMBER, *SUPERVISION, "escort")),
            writing.issue((*OPEN, "done"), DESK),
            *recording.by_program(EVERY, OPEN),
        ),
    )
)  # fmt: skip
