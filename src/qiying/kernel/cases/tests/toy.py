"""A procedure that exists for tests only: two enterprises and a private mediator, one act of every kind.

It is built from the kernel alone, so it shows what a procedure needs and that no page asks for more.
"""

from __future__ import annotations

from pydantic import Field

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.cases.models import Answer, Approval
from qiying.kernel.cases.standard import (
    asking,
    correcting,
    countersigning,
    ending,
    material,
    recording,
    reminding,
    writing,
)
from qiying.kernel.cases.standard.agreeing import Agreeing, agrees_to, each_has_agreed
from qiying.kernel.cases.vocabulary import Action, Asked, Deadline, LetterKind, Party, Procedure, State

BOTH = ("asker", "respondent")
GOING = ("asked", "agreed", "reviewing", "mediating", "waiting_material", "drafted")
ENDS = ("settled", "ended")
DAYS = Asked("days", "多调解几天", yes="给", no="不给", unit="day")


class Opening(ActionInput):
    hide_asker: bool = entry("隐名", default=False, widget="checkbox")
    documents: list[int] = entry("照片", default=(), widget="documents", max_length=20)
    title: str = entry("什么事", max_length=60)
    text: str = entry("说说经过", widget="textarea", personal=True, max_length=2000)
    respondent_id: int = entry("对方企业", source="enterprises")
    desk_id: int = entry("受理单位", source="units")
    supervision_id: int = entry("督查单位", source="units")


class Naming(ActionInput):
    person_id: int = entry("调解员", source="handlers")


class Recusing(ActionInput):
    person_id: int = entry("谁回避", source="handlers")
    reason: str = entry("为什么", widget="textarea", max_length=300)


class Days(ActionInput):
    days: int = entry("延几天", widget="number", ge=1, le=30)
    reason: str = entry("为什么", widget="textarea", max_length=300)


class Text(ActionInput):
    text: str = entry("写什么", widget="textarea", max_length=3000)
    documents: list[int] = entry("附件", default=(), widget="documents", max_length=20)


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", max_length=300)


class Deal(ActionInput):
    """The agreement as it is drafted; an alias of nothing, to show that plain fields work too."""

    text: str = entry("协议", widget="textarea", max_length=3000)
    fen: int = Field(0, title="金额（分）", ge=0)


def open_case(act: Act) -> None:
    asker = min(act.viewer.enterprise_ids)
    act.set(
        title=act.data.title, enterprise_id=asker, hide_asker=act.data.hide_asker, kind="toy", category="toy"
    )
    act.party_add(f"e:{asker}", "asker")
    act.party_add(f"e:{act.data.respondent_id}", "respondent")
    act.party_add(f"u:{act.data.desk_id}", "desk")
    act.party_add(f"u:{act.data.supervision_id}", "supervision")
    act.clock_start("answer", words="对方要在这段时间里说同意不同意")
    act.index_text = f"{act.case.number}\n{act.data.title}"
    act.count("received")


def both_agreed(act: Act) -> None:
    act.stop("answer")
    act.go("agreed")
    act.clock_start("mediate", words="双方同意以后开始算")


def name_mediator(act: Act) -> None:
    act.party_add(f"p:{act.data.person_id}", "mediator")


def recuse(act: Act) -> None:
    act.recuse(act.data.person_id)


def ask_days(act: Act) -> None:
    asking.ask(act, "days", days=act.data.days)


def more_days(act: Act, approval: Approval) -> None:
    if (clock := act.clock("mediate")) is not None:
        act.clock_extend(clock, approval.days or 0)


def give_material(act: Act) -> None:
    material.give(act, "mediating")


def draft(act: Act) -> None:
    act.answer("final", act.data.text)


def advise(act: Act) -> None:
    act.answer("final", act.data.text)


def send_advice(act: Act, draft: Answer) -> None:
    act.change("answer", act.answer("final", draft.text), given_by_name=draft.given_by_name)


def settle(act: Act) -> None:
    act.end_clocks("met")
    act.set(outcome="settled", lead_unit_id=next(iter(act.units_of("desk"))))
    act.count("settled")


def end(act: Act) -> None:
    act.set(outcome="ended")


def invitation(file: CaseFile, wish: LetterWish) -> list[str]:
    return [f"请于近日来我处，谈“{file.case.title}”。"]


SUPERVISOR = ("supervision:supervisor",)
DESK = ("desk:desk",)
TOY = Procedure(
    code="toy",
    version=1,
    label="玩具调解",
    purpose="只给测试用：两家企业和一位调解员。",
    number_prefix="TY",
    closes_by="decision",
    initial="asked",
    states=(
        State("asked", "等对方同意", "respondent", sentence="等对方说同意不同意"),
        State("agreed", "待定调解员", "desk", sentence="双方同意了，正在定调解员"),
        State("mediating", "调解中", "mediator", sentence="调解员在办"),
        State("waiting_material", "等补材料", "asker", sentence="等您补材料"),
        countersigning.REVIEWING,
        State(
            "drafted", "等双方签", "asker", sentence="协议写好了，请您看看同不同意",
            by_side={"office": "协议写好了，等两家说同不同意"}, by_party={"respondent": "协议写好了，先等申请企业说"},
        ),
        State("settled", "已达成", is_final=True, sentence="双方达成了协议"),
        State("ended", "已结束", is_final=True, sentence="没有达成"),
    ),
    parties=(
        Party("asker", "申请企业", "enterprise", ("asker",)),
        Party("respondent", "对方企业", "enterprise"),
        Party("mediator", "调解员", "person", ("asker", "contact")),
        Party("desk", "受理台", sees=("asker", "contact", "restricted")),
        Party("supervision", "督查部门", sees=("asker", "contact", "restricted")),
        countersigning.APPROVER,
    ),
    kinds={"toy": "玩具"},
    outcomes={"settled": "已达成", "ended": "没有达成"},
    rated_in=("settled", "ended"),
    approvals=(DAYS, ending.ANNULMENT, countersigning.COUNTERSIGNATURE),
    asker_reads={"open": ("title", "text"), "agree": ("agrees", "note"), "sign": ("agrees", "note"), "draft": ("text",), "settle": (),
        "correct": ("title", "text"), "advise": ("text",), "decide_answer": ()},
    deadlines=(
        Deadline("answer", "对方答复", "limit.accept", "测试", ("agree",), owed_by="desk", has_cards=True),
        Deadline(
            "mediate", "调解", "limit.complex", "测试", ("settle",), owed_by="desk", has_cards=True, is_promise=True
        ),
        Deadline("material", "补材料", "limit.material", "测试", ("give_material",), counts=False, owed_by="asker"),
    ),
    letters=(
        LetterKind("invite", "邀请函", invitation, to="respondent"),
        LetterKind("request", "商请函", invitation),
    ),
    opening=Action("open", "申请调解", (), ("clerk",), open_case, ("asked",), Opening, sentence="申请调解"),
    actions=(
        Action(
            "agree", "同意调解", ("asked",), BOTH, agrees_to("start", both_agreed, *BOTH), ("agreed",), Agreeing,
            sentence="{agrees}调解", is_conditional=True, is_primary=True,
        ),
        Action(
            "name_mediator", "定调解员", ("agreed",), DESK, name_mediator, ("mediating",), Naming,
            guards=(each_has_agreed("start", *BOTH),), sentence="请{person_id}调解", is_primary=True, icon="user",
        ),
        Action("recuse", "回避", GOING, DESK, recuse, (), Recusing, sentence="{person_id}回避：{reason}", icon="user"),
        Action(
            "request_material", "请补材料", ("mediating",), ("mediator",), material.request, ("waiting_material",),
            material.RequestMaterial, guards=(material.not_asked,), sentence="请补材料", icon="file",
        ),
        Action(
            "give_material", "补材料", ("waiting_material",), ("asker",), give_material, ("mediating",),
            material.GiveMaterial, sentence="补了材料", is_primary=True, icon="upload",
        ),
        asking.request(
            DAYS, ("mediating",), ("mediator",), ask_days, input=Days, sentence="申请多 {days} 天：{reason}", icon="clock",
        ),
        asking.decision(DAYS, GOING, SUPERVISOR, more_days),
        *countersigning.countersigned(
            Action(
                "advise", "给双方建议", ("agreed",), DESK, advise, ("ended",), Text, sentence="给了建议",
                is_primary=True, icon="edit",
            ),
            "agreed", send_advice,
        ),
        ending.withdraw(GOING, "ended"),
        *ending.annul((*GOING, *ENDS), "ended", asked_by=DESK, decided_by=SUPERVISOR),
        correcting.correct((*GOING, *ENDS), (*DESK, "asker")),
        Action(
            "draft", "写协议", ("mediating",), ("mediator",), draft, ("drafted",), Deal, sentence="写好了协议",
            is_primary=True, icon="edit",
        ),
        Action(
            "sign", "同意协议", ("drafted",), BOTH, agrees_to("deal"), (), Agreeing, sentence="{agrees}协议",
            is_primary=True, icon="check",
        ),
        Action(
            "settle", "达成", ("drafted",), ("mediator",), settle, ("settled",), guards=(each_has_agreed("deal", *BOTH),),
            sentence="双方达成协议", is_primary=True, icon="check",
        ),
        Action("end", "结束", GOING, ("mediator", *BOTH), end, ("ended",), Reason, sentence="结束：{reason}", icon="x"),
        Action(
            "contact", "记一次联系", GOING, ("mediator", *DESK), recording.contact, (), recording.ContactEntry,
            sentence="联系（{method}）", icon="phone",
        ),
        recording.remark(GOING, (*DESK, *SUPERVISOR)),
        reminding.urging(GOING, SUPERVISOR, is_minor=False),
        reminding.receipt(GOING, DESK),
        writing.issue(GOING, DESK),
        *recording.by_program((*GOING, "settled", "ended"), GOING),
    ),
)  # fmt: skip
