"""涉企检查, 综合查一次: approved by the head, entered by scan, recorded by checklist, its result told and rated."""

from datetime import date
from typing import Literal

from qiying.capabilities.inspections.rules.bans import asked_of_the_firm
from qiying.capabilities.inspections.rules.inspecting import CLUES, KINDS
from qiying.capabilities.inspections.services import at_door, telling, visit, visiting
from qiying.capabilities.inspections.services import visit_letters as letters
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import asking, ending, recording, writing
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

CHECKED = ("checked",)
CREW = ("lead:inspector", "co:inspector")
LEAD = ("lead:inspector", "lead:leader")
HEADS = ("lead:leader",)
OPEN = ("proposed", "approved", "entered", "recorded")
OPINION = "国办发〔2024〕54号"
APPROVAL = Asked("approval", "检查审批", "lead")


class Opening(ActionInput):
    enterprise_id: int = entry(
        "企业", source="enterprises", ge=1, le=10**12, help="输入名称里的两个字或代码的开头"
    )
    place: str = entry("地点", min_length=2, max_length=120, help="同一企业、地点、期间的检查并成一次")
    kind: Literal["daily", "case", "special"] = entry("种类", default="daily", choices=KINDS)
    clue: Literal["", "complaint", "transfer", "emergency", "data", "request"] = entry(
        "线索来源", default="", choices=CLUES
    )
    ordered_by: str = entry(
        "上级部署的文号", default="", max_length=120, help="上级统一部署的专项检查才填，不占频次上限"
    )
    reason: str = entry("为什么查", widget="textarea", min_length=4, max_length=300, help="企业会看到")
    first_on: date = entry("从哪天", widget="date")
    last_on: date = entry("到哪天", widget="date")
    item_ids: list[int] = entry("检查事项", source="inspection_items", widget="multiselect", max_length=20)
    officer_ids: list[int] = entry("谁去", source="inspection_officers", widget="multiselect", max_length=20)
    is_emergency: bool = entry("紧急，先查后批", default=False, widget="checkbox")
    is_unannounced: bool = entry(
        "不提前通知", default=False, widget="checkbox", help="提前通知会查不到的才勾，通知书当场给"
    )


class Joining(ActionInput):
    unit_id: int = entry("单位", source="units")
    unit: str = entry("哪个单位", max_length=60)
    reason: str = entry("为什么查", max_length=300)


class Crew(ActionInput):
    officer_ids: list[int] = entry(
        "本单位谁去", source="inspection_officers", widget="multiselect", max_length=20
    )


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=300)


class Scan(ActionInput):
    code: str = entry(
        "企业码", default="", max_length=400, help="扫或者输入企业手机上的码；刚在“扫企业码”扫过的不用再输"
    )


class Unscanned(ActionInput):
    way: Literal["emergency", "offline"] = entry(
        "为什么没法扫",
        choices={"emergency": "紧急检查，离开前补扫", "offline": "断网，恢复后补录"},
        widget="radio",
    )
    reason: str = entry("什么情况", widget="textarea", min_length=4, max_length=300)


class Record(ActionInput):
    item_id: int = entry("事项", source="inspection_items")
    response_id: int = entry("检查表", internal=True)
    problems: int = entry("几个问题", ge=0, le=300)


class Leaving(ActionInput):
    met: str = entry("见了谁", min_length=2, max_length=60, help="企业在场的人；不能强求法定代表人到场")


class Result(ActionInput):
    result: Literal["none", "corrected", "rectify", "penalty"] = entry(
        "结果", choices=visit.RESULTS, widget="radio"
    )
    text: str = entry("说明", widget="textarea", min_length=4, max_length=1000, help="企业会看到")
    rectify: str = entry("改什么", default="", widget="textarea", max_length=500, help="限期整改的才填")
    rectify_by: date | None = entry("哪天以前改好", default=None, widget="date")


class Declared(ActionInput):
    happened: list[str] = entry(
        "这次检查有没有", default=(), choices=asked_of_the_firm(), widget="multiselect", max_length=20
    )
    text: str = entry("说明", default="", widget="textarea", max_length=500)


class Remark(ActionInput):
    text: str = entry("说明", widget="textarea", min_length=5, max_length=1000)


STATES = (
    State("proposed", "待批准", "lead", sentence="等负责人批准"),
    State("approved", "待检查", "lead", sentence="批准了，会在定好的日子来检查"),
    State("entered", "检查中", "lead", sentence="执法人员已经进门，正在检查"),
    State("recorded", "待出结果", "lead", sentence="查完了，结果会告诉您"),
    State("concluded", "已出结果", is_final=True, sentence="结果出来了"),
    State("dropped", "不查了", is_final=True, sentence="这次检查取消了"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)
DEADLINES = (
    Deadline(
        "fill", "补录", "inspections.fill", "网络恢复后按自然日补录并写理由（区县数据）", ("fill_scan",), unit="day",
        counts=False, has_cards=True,
    ),
    Deadline(
        "result", "告知结果", "inspections.result", "检查后告知结果（区县服务承诺）", ("conclude",), has_cards=True,
        is_promise=True,
    ),
)  # fmt: skip
OPENING = Action(
    "propose", "提请检查", (), ("inspector",), visiting.opened, ("proposed",), Opening, part_of="inspections.open",
    whole=visiting.inspection_open, notices=("asked", "inspection_joined"), sentence="提请检查：{reason}", icon="edit",
)  # fmt: skip
ACTIONS = (
    Action(
        "join", "并进来", ("proposed", "approved"), ("system",), visiting.joined, (), Joining,
        part_of="inspections.open", notices=("inspection_joined",), sentence="{unit}也要查，并成一次",
    ),
    Action(
        "name_crew", "定本单位谁去", ("proposed", "approved"), (*CREW, "lead:leader", "co:leader"), visiting.crew_named,
        (), Crew, checks=(visiting.check_crew,), sentence="定了本单位谁去", icon="users",
    ),
    Action(
        "decide_approval", "批不批", ("proposed", "entered", "recorded"), HEADS, visiting.approval_decided,
        ("approved", "dropped"), asking.Decide,
        guards=(asking.has_request("approval"), asking.not_own_request("approval")),
        notices=("decided", "inspection_coming", "inspection_dropped"), sentence="检查审批：{decision}",
        is_conditional=True, is_primary=True, decides="approval",
    ),
    Action(
        "enter", "扫码进门", ("proposed", "approved"), CREW, at_door.entered, ("entered",), Scan,
        guards=(at_door.approved_or_urgent, at_door.within_days, at_door.crew_ready, at_door.goes_along),
        checks=(at_door.check_scanned,), notices=("inspection_entered",), sentence="扫了企业码，进门检查",
        is_conditional=True, is_primary=True, icon="qr",
    ),
    Action(
        "enter_unscanned", "没法扫码，先进门", ("proposed", "approved"), CREW, at_door.entered_unscanned, ("entered",),
        Unscanned,
        guards=(at_door.approved_or_urgent, at_door.within_days, at_door.crew_ready, at_door.goes_along),
        checks=(at_door.check_unscanned,), notices=("inspection_entered",), sentence="没扫码进门：{way}。{reason}",
        is_conditional=True, is_minor=True,
    ),
    Action(
        "scan_leaving", "离开前扫码", ("entered",), CREW, at_door.scanned_leaving, (), Scan,
        suits=at_door.is_emergency_unscanned, checks=(at_door.check_scanned,), sentence="离开前扫了企业码", icon="qr",
    ),
    Action(
        "fill_scan", "补录扫码", ("entered", "recorded"), CREW, at_door.filled_in, (), Reason,
        suits=at_door.is_offline_unfilled, sentence="补录没有扫码的情况：{reason}", icon="edit",
    ),
    Action(
        "record", "记检查表", ("entered",), CREW, telling.recorded, (), Record, part_of="inspections.record",
        sentence="记了检查表，{problems} 个问题",
    ),
    Action(
        "leave", "查完离开", ("entered",), CREW, telling.left, ("recorded",), Leaving,
        guards=(telling.every_item_recorded, telling.scanned_before_leaving), sentence="查完离开，在场的是{met}",
        is_primary=True,
    ),
    Action(
        "conclude", "告知结果", ("recorded",), LEAD, telling.concluded, ("concluded",), Result,
        guards=(telling.is_approved, telling.is_scan_settled), checks=(telling.check_result,),
        notices=("inspection_result",), sentence="结果：{result}。{text}", is_primary=True,
    ),
    Action(
        "drop", "不查了", ("proposed", "approved"), LEAD, visiting.dropped, ("dropped",), Reason,
        notices=("inspection_dropped",), sentence="不查了：{reason}", is_minor=True, icon="x",
    ),
    Action(
        "declare", "这次检查守规矩吗", ("entered", "recorded", "concluded"), CHECKED, telling.declared, (), Declared,
        guards=(telling.not_declared,), part_of="inspections.declare", whole=telling.bans_declare,
        notices=("inspection_declared",), sentence="说了检查守不守规矩", icon="flag",
    ),
    Action(
        "complain", "投诉这次检查", ("approved", "entered", "recorded", "concluded"), CHECKED, telling.complained, (),
        Remark, guards=(telling.not_complained,), notices=("inspection_complained",), sentence="投诉了这次检查",
        icon="flag",
    ),
    recording.remark(OPEN, (*CREW, *LEAD, "supervision:law_watcher"), Remark),
    writing.issue((*OPEN, "concluded"), LEAD),
    *ending.annul(OPEN, "voided", asked_by=LEAD, decided_by=("supervision:law_watcher",)),
    *recording.by_program((s.code for s in STATES), OPEN),
)  # fmt: skip

INSPECTION = PROCEDURES.register(
    Procedure(
        code="inspection",
        version=1,
        label="涉企检查",
        purpose="综合查一次：同一企业、地点、期间的检查并成一次；先批准，扫企业码进门，按检查表记，结果告诉企业，请企业评价。",
        number_prefix="JC",
        closes_by="decision",
        states=STATES,
        initial="proposed",
        opening=OPENING,
        actions=ACTIONS,
        deadlines=DEADLINES,
        kinds=KINDS,
        outcomes={**visit.RESULTS, "dropped": "不查了", "voided": "作废"},
        parties=(
            Party("checked", "受检企业", "enterprise"),
            Party("lead", "牵头检查单位", sees=("restricted",)),
            Party("co", "一起检查的单位", sees=("restricted",)),
            Party("supervision", "执法监督", sees=("restricted",)),
        ),
        extras=visit.InspectionExtras,
        approvals=(APPROVAL, ending.ANNULMENT),
        asker_reads={
            "propose": ("place", "kind", "reason", "first_on", "last_on", "item_ids"),
            "join": ("unit",),
            "decide_approval": (),
            "enter": (),
            "enter_unscanned": ("way", "reason"),
            "scan_leaving": (),
            "fill_scan": ("reason",),
            "leave": ("met",),
            "conclude": ("result", "text", "rectify", "rectify_by"),
            "drop": ("reason",),
            "issue_letter": ("number",),
        },
        letters=(
            LetterKind(
                "notice", "检查通知书", letters.written("notice"), to="checked", needs=letters.is_approved
            ),
            LetterKind("approval", "检查审批表", letters.written("approval"), to="lead"),
            LetterKind(
                "record", "现场检查记录", letters.written("record"), to="checked", needs=letters.is_recorded
            ),
            LetterKind(
                "result",
                "检查结果告知书",
                letters.written("result"),
                to="checked",
                needs=letters.is_concluded,
            ),
        ),
    )
)
