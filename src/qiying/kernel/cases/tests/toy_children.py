"""A whole with parts, for tests only: one is asked for, several are done at the same time, the whole waits for all."""

from __future__ import annotations

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import children, ending, recording
from qiying.kernel.cases.vocabulary import Action, Deadline, Party, Procedure, State


class Opening(ActionInput):
    title: str = entry("什么事", max_length=60)
    unit_ids: list[int] = entry("哪些部门", source="units", widget="multiselect")


class PartOpening(ActionInput):
    title: str = entry("事项", max_length=60)
    unit_id: int = entry("部门", internal=True)


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", max_length=300)


def open_whole(act: Act) -> None:
    enterprise = min(act.viewer.enterprise_ids)
    act.set(title=act.data.title, enterprise_id=enterprise, kind="whole")
    act.party_add(f"e:{enterprise}", "asker")
    for no, unit_id in enumerate(act.data.unit_ids, 1):
        act.party_add(f"u:{unit_id}", "member")
        children.child_open(act, "toy_part", {"title": f"第 {no} 项", "unit_id": unit_id})


def open_part(act: Act) -> None:
    children.askers_inherit(act)
    assert act.case.parent is not None
    act.set(
        title=act.data.title,
        lead_unit_id=act.data.unit_id,
        enterprise_id=act.case.parent.enterprise_id,
        kind="part",
    )
    act.party_add(f"u:{act.data.unit_id}", "lead")
    act.clock_start("decide", words="材料齐了开始算")


def moved(act: Act) -> None:
    if children.every_child_is_final(act) is None and act.case.is_open:
        act.go("joining")


def grant(act: Act) -> None:
    act.stop("decide")
    act.set(outcome="granted")


def refuse(act: Act) -> None:
    act.stop("decide")
    act.set(outcome="refused")


def join(act: Act) -> None:
    act.set(outcome="done")


def ended(act: Act) -> None:
    """Nothing more."""


def whole_withdrawn(act: Act) -> None:
    children.withdraw_too(act)


LEAD = ("lead:handler",)
OFFICES = ("member:handler",)
ASKER = Party("asker", "申请企业", "enterprise", ("asker",))
PART = Procedure(
    code="toy_part", version=1, label="玩具子件", number_prefix="TP", closes_by="decision", initial="handling",
    purpose="只给测试用：一件事里的一项。",
    states=(
        State("handling", "办理中", "lead", sentence="部门在办"),
        State("done", "已办结", is_final=True),
    ),
    parties=(ASKER, Party("lead", "办理部门", sees=("asker", "contact"))),
    outcomes={"granted": "准予", "refused": "不予", "withdrawn": "撤回", "voided": "作废"},
    deadlines=(
        Deadline("decide", "作出决定", "limit.complex", "测试", ("grant", "refuse"), has_cards=True, is_promise=True),
    ),
    opening=Action("open", "子件", (), ("system",), open_part, ("handling",), PartOpening, part_of="toy_whole"),
    actions=(
        Action("grant", "准予", ("handling",), LEAD, grant, ("done",), sentence="准予"),
        Action("refuse", "不予", ("handling",), LEAD, refuse, ("done",), Reason, sentence="不予：{reason}"),
        Action("revoke", "撤销", ("done",), LEAD, ended, ("handling",), Reason, sentence="撤销：{reason}"),
        ending.withdraw(("handling",), "done"),
        Action("void", "作废", ("handling",), ("import",), ended, ("done",), Reason, sentence="作废：{reason}"),
        *recording.by_program(("handling", "done"), ("handling",)),
    ),
)  # fmt: skip
WHOLE = Procedure(
    code="toy_whole", version=1, label="玩具一件事", number_prefix="TW", closes_by="decision", initial="going",
    purpose="只给测试用：几项同时办。",
    states=(
        State("going", "并联办理", sentence="各部门同时在办"),
        State("joining", "等汇总", "member", sentence="都办完了，等汇总"),
        State("done", "已办结", is_final=True),
        State("withdrawn", "已撤回", is_final=True),
    ),
    parties=(ASKER, Party("member", "会办部门", sees=("asker", "contact"))),
    outcomes={"done": "都办好了", "withdrawn": "撤回"},
    asker_reads={"child_moved": children.ASKER_READS},
    deadlines=(),
    opening=Action("open", "一件事", (), ("clerk",), open_whole, ("going",), Opening, sentence="申请一件事"),
    actions=(
        children.child_moved(("going", "joining", "done"), moved, ("joining",)),
        Action(
            "join", "汇总", ("going", "joining"), OFFICES, join, ("done",), guards=(children.every_child_is_final,),
            sentence="汇总好了",
        ),
        ending.withdraw(("going", "joining"), "withdrawn", whole_withdrawn),
        *recording.by_program(("going", "joining", "done", "withdrawn"), ("going", "joining")),
    ),
)  # fmt: skip
