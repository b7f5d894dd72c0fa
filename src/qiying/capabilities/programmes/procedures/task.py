"""任务: a named unit and person, a result to show by a day, a monthly word, written off by another on evidence.

Opened by any capability by code (`case_open(procedure="task", …)`); looked at again later, and reopened when it is
solved on paper alone.
"""

from datetime import date
from typing import Literal

from qiying.capabilities.programmes.services import judging, tasks
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import asking, ending, recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, State
from qiying.kernel.permissions.registry import REGISTRY

OUTSIDE = {"clerk", "deputy", "partner", "admin", "worker", "import_service", "callback"}
"""Roles that act neither for a duty unit nor for the one that writes off: a deputy reads and sends back elsewhere."""
OFFICES = tuple(sorted(set(REGISTRY.roles) - OUTSIDE))
LEAD = tuple(f"lead:{role}" for role in OFFICES)
CO = tuple(f"co:{role}" for role in OFFICES)
JUDGE = tuple(f"judge:{role}" for role in OFFICES)
SUPERVISION = ("supervision:supervisor",)
OPEN = ("doing", "claimed")


class Given(ActionInput):
    title: str = entry("任务", min_length=2, max_length=120)
    text: str = entry("要做什么", default="", widget="textarea", max_length=3000)
    unit: int = entry("责任单位", source="units")
    person: int | None = entry("责任人", default=None, source="task_people")
    co_units: list[int] = entry("配合单位", default=(), source="units", widget="multiselect", max_length=30)
    judge_unit: int = entry("谁来核销", source="units", help="不能是责任单位自己")
    result_to_show: str = entry("要看到的结果", widget="textarea", min_length=2, max_length=500)
    due_on: date = entry("哪天前办完", widget="date")
    waits_for: list[str] = entry("要等哪些任务", default=(), max_length=30, help="任务的办件号")
    origin: str = entry("从哪里来", default="", max_length=60, internal=True)
    origin_label: str = entry("来源", default="", max_length=120)


class Statement(ActionInput):
    text: str = entry("这个月做了什么", widget="textarea", min_length=4, max_length=1000)
    progress: int = entry("完成了百分之几", widget="number", ge=0, le=99, help="核销以后才是 100")
    outlook: Literal["on_track", "at_risk", "blocked"] = entry(
        "能不能按期", choices=tasks.OUTLOOKS, widget="radio"
    )
    problem: str = entry(
        "卡在哪里", default="", widget="textarea", max_length=300, help="有风险、办不下去的要写"
    )


class Part(ActionInput):
    text: str = entry("配合做了什么", widget="textarea", min_length=4, max_length=1000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Claim(ActionInput):
    text: str = entry(
        "做到了什么", widget="textarea", min_length=4, max_length=1000, help="对着要看到的结果写"
    )
    evidence: str = entry(
        "证据在哪里",
        widget="textarea",
        min_length=4,
        max_length=500,
        help="文号、网址、数据、照片：别人查得到的",
    )
    documents: list[int] = entry("证据材料", default=(), widget="documents", max_length=20)


class WriteOff(ActionInput):
    checked: Literal["site", "firms", "data", "papers"] = entry(
        "怎么查的", choices=tasks.CHECKED, widget="radio"
    )
    note: str = entry("查到什么", widget="textarea", min_length=4, max_length=500)
    documents: list[int] = entry("核查材料", default=(), widget="documents", max_length=10)


class SendBack(ActionInput):
    reason: str = entry("差在哪里", widget="textarea", min_length=4, max_length=500)


class Adjust(ActionInput):
    unit: int | None = entry("换责任单位", default=None, source="units", help="不换就空着")
    person: int | None = entry("换责任人", default=None, source="task_people", help="不换就空着")
    due_on: date | None = entry(
        "期限往后改到", default=None, widget="date", help="不改就空着；提前要另立任务"
    )
    result_to_show: str = entry("要看到的结果改成", default="", widget="textarea", max_length=500)
    waits_for: list[str] | None = entry(
        "改成等哪些任务", default=None, source="tasks_waitable", widget="multiselect"
    )
    reason: str = entry("为什么调整", widget="textarea", min_length=4, max_length=300)


class More(ActionInput):
    days: int = entry("延几天", widget="number", ge=1, le=365)
    reason: str = entry("为什么办不完", widget="textarea", min_length=4, max_length=500)


class LookedAt(ActionInput):
    result: Literal["held", "paper"] = entry("真的解决了吗", choices=tasks.FOUND, widget="radio")
    finding: str = entry("看到什么", widget="textarea", min_length=4, max_length=500)
    due_on: date | None = entry("重新办到哪天", default=None, widget="date", help="没有真解决的要写")
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Remark(ActionInput):
    text: str = entry("说明", default="", widget="textarea", max_length=500)


class Dropped(ActionInput):
    reason: str = entry("为什么撤下", widget="textarea", min_length=2, max_length=300)


EXTENSION = Asked("extension", "延期", "judge", unit="day")

STATES = (
    State("doing", "在办", "lead", sentence="责任单位在办，每月说一次进展"),
    State("claimed", "待核销", "judge", sentence="报了完成，等核销单位查证据"),
    State("done", "已核销", is_final=True, sentence="查了证据，核销了；到日子还要回头看"),
    State("dropped", "已撤下", is_final=True, sentence="方案改了，不再要求办"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)

DEADLINES = (
    Deadline("due", "办完任务", "task.due", "交任务时定的日子", ("claim", "drop"), unit="day", has_cards=True,
             is_promise=True),
    Deadline("statement", "每月进展", "task.statement", "每月到日子说一次进展（区县督办规矩）", ("report", "claim"),
             unit="day", has_cards=True, counts=False),
    Deadline("judge", "核销", "task.judge", "报了完成要及时查（区县督办规矩）", ("write_off", "send_back"),
             has_cards=True, owed_by="judge"),
)  # fmt: skip

OPENING = Action(
    "give", "交任务", (), ("anyone",), tasks.given, ("doing",), Given, checks=(tasks.check_given,), part_of="task.give",
    notices=("task_given",), sentence="交了任务", icon="edit",
)  # fmt: skip

ACTIONS = (
    Action("report", "填本月进展", ("doing",), LEAD, tasks.reported, (), Statement, checks=(tasks.check_statement,),
           sentence="进展 {progress}%：{text}", icon="edit"),
    Action("hand_in", "交配合情况", OPEN, CO, tasks.handed_in, (), Part, guards=(tasks.has_own_part,),
           sentence="配合：{text}", is_primary=True, icon="upload"),
    Action("claim", "报完成", ("doing",), LEAD, tasks.claimed, ("claimed",), Claim,
           guards=(tasks.nothing_to_wait_for, asking.no_open_request), notices=("task_reported",),
           sentence="报完成：{text}", is_primary=True),
    Action("write_off", "核销", ("claimed",), JUDGE, judging.written_off, ("done",), WriteOff, judges=True,
           notices=("task_written_off", "task_freed"), sentence="核销：{note}", is_primary=True),
    Action("send_back", "不核销，退回", ("claimed",), JUDGE, judging.sent_back, ("doing",), SendBack, judges=True,
           notices=("task_sent_back",), sentence="没有核销：{reason}", icon="undo"),
    Action("look_back", "回头看", ("done",), (*JUDGE, *SUPERVISION), judging.looked_back, ("doing",), LookedAt,
           judges=True, checks=(judging.check_look_back,), notices=("task_reopened",), sentence="回头看：{finding}",
           is_conditional=True, icon="flag"),
    Action("adjust", "调整", ("doing",), (*JUDGE, "import"), judging.adjusted, (), Adjust, judges=True,
           checks=(judging.check_adjust,), notices=("task_adjusted", "task_given"), sentence="调整：{reason}",
           is_minor=True, icon="edit"),
    asking.request(EXTENSION, ("doing",), LEAD, tasks.extension_asked, input=More,
                   guards=(asking.no_open_request, tasks.may_be_extended), is_minor=True, icon="clock"),
    asking.decision(EXTENSION, ("doing",), JUDGE, tasks.extended),
    Action("drop", "撤下", OPEN, ("import",), judging.dropped, ("dropped",), Dropped, part_of="programme.publish",
           notices=("task_dropped",), sentence="撤下：{reason}", icon="trash"),
    recording.remark(OPEN, (*LEAD, *CO, *JUDGE, *SUPERVISION), Remark),
    reminding.urging(OPEN, (*JUDGE, *SUPERVISION)),
    reminding.receipt(OPEN, (*LEAD, *CO, *JUDGE)),
    *ending.annul(OPEN, "voided", asked_by=JUDGE, decided_by=SUPERVISION),
)  # fmt: skip

TASK = PROCEDURES.register(
    Procedure(
        code="task",
        version=1,
        label="任务",
        purpose="写明谁办、到哪天、看什么结果、谁核销：每月说一次进展，晚了发牌，查了证据才核销，过后回头看。",
        number_prefix="RW",
        closes_by="decision",
        states=STATES,
        initial="doing",
        opening=OPENING,
        actions=(*ACTIONS, *recording.by_program((s.code for s in STATES), OPEN, moved=tasks.day_moved)),
        deadlines=DEADLINES,
        kinds={"task": "任务"},
        outcomes={"done": "已核销", "dropped": "已撤下", "voided": "作废"},
        parties=(
            Party("lead", "责任单位", sees=("restricted",)),
            Party("co", "配合单位"),
            Party("judge", "核销单位", sees=("restricted",)),
            Party("supervision", "督查部门", sees=("restricted",)),
        ),
        extras=tasks.TaskExtras,
        approvals=(EXTENSION, ending.ANNULMENT),
    )
)
