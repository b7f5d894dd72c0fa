"""进不了窗口的事: nobody's matter becomes somebody's within a clock, and is an item or a written answer at its end."""

from qiying.capabilities.handling.services import unaccepted as effects
from qiying.capabilities.handling.services.common import (
    APPEAL_CLOCK,
    APPEAL_READS,
    APPEALED,
    ASKER,
    CENTRE,
    DESK,
    KNOWS,
    NOTICE,
    SUPERVISION,
    appealing,
    closing_letter,
    is_answered,
    shared_acts,
)
from qiying.kernel.cases.entering import Reason, Text
from qiying.kernel.cases.standard import recording
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

LEAD = ("lead:handler", "lead:liaison", "lead:leader")
CO = ("co:handler", "co:liaison", "co:leader")
OPEN = ("received", "finding", "solving", "answered")
EVERY = (*OPEN, "closed", "appealed", "withdrawn")
PROMISE = "区县承诺"

UNACCEPTED_MATTER = PROCEDURES.register(
    Procedure(
        code="unaccepted_matter",
        version=1,
        label="进不了窗口的事",
        purpose="没有窗口收、跨部门、没先例的事：中心先接下，限时找到谁来办，办成的变成事项，办不成的书面答复。",
        number_prefix="JW",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "等中心接下", "centre", sentence="收到了，中心马上接下"),
            State("finding", "正在找谁来办", "centre", sentence="中心接下了，正在定谁牵头办"),
            State("solving", "牵头单位在办", "lead", sentence="定了谁牵头，正在办"),
            State("answered", "等中心核对", "centre", sentence="牵头单位给了结果，中心在核对"),
            State("closed", "已办结", is_final=True, sentence="办结了，结果和理由写在下面"),
            APPEALED,
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(
            ASKER,
            CENTRE,
            Party("lead", "牵头单位", sees=KNOWS),
            Party("co", "配合单位", sees=("asker",)),
            Party("window", "转来的窗口", sees=("asker",)),
            SUPERVISION,
        ),
        kinds={"unaccepted": "中心接的", "branch": "行业分中心接的"},
        outcomes={
            "item": "办成了，成了事项", "solved": "办成了，书面答复", "explained": "办不了，书面说明",
            "withdrawn": "撤回",
            "voided": "作废",
        },
        rated_in=("closed",),
        extras=effects.UnacceptedExtras,
        asker_reads={
            "take": (), "find_owner": ("unit_id",), "solve": ("result", "text", "documents"), "conclude": (),
            **APPEAL_READS,
        },
        deadlines=(
            Deadline("take", "接下", "matter.take", f"收到后接下（{PROMISE}）", ("take",), owed_by="centre",
                     has_cards=True),
            Deadline("owner", "找到谁来办", "matter.owner", f"接下后定下牵头单位（{PROMISE}）", ("find_owner",),
                     owed_by="centre", has_cards=True),
            Deadline("solve", "办出结果", "matter.solve", f"定下牵头单位后办出结果（{PROMISE}）", ("solve",),
                     has_cards=True,
                     is_promise=True),
            APPEAL_CLOCK,
        ),
        letters=(closing_letter("answer", "书面答复", is_answered),),
        opening=Action(
            "open", "提一件没有窗口收的事", (), ("clerk", "desk", "handler", "liaison"), effects.opened, ("received",),
            effects.Opening, checks=(effects.check_opening,), notices=(NOTICE,), sentence="提了：{title}",
        ),
        actions=(
            Action("take", "接下", ("received",), DESK, effects.taken, ("finding",), sentence="中心接下了",
                   is_primary=True),
            Action("find_owner", "定谁来办", ("finding",), DESK, effects.owner_found, ("solving",), effects.FindOwner,
                   checks=(effects.check_owner,), notices=(NOTICE,), sentence="请{unit_id}牵头办：{basis}",
                   is_primary=True, icon="user"),
            Action("give_back", "退回中心", ("solving",), LEAD, effects.given_back, ("finding",), Reason,
                   guards=(effects.returned_once,), notices=(NOTICE,), sentence="退回中心：{reason}", icon="undo"),
            Action("coordinate", "记一次协调", ("finding", "solving"), (*DESK, *LEAD), recording.inward, (), Text,
                   sentence="协调：{text}", icon="users"),
            Action("opinion", "写配合意见", ("solving",), CO, recording.inward, (), Text, sentence="配合意见：{text}",
                   is_primary=True, icon="edit"),
            Action("solve", "给结果", ("solving",), LEAD, effects.solved, ("answered",), effects.Solve,
                   notices=(NOTICE,),
                   sentence="{result}：{text}", is_primary=True),
            Action("send_back", "请再办", ("answered",), DESK, effects.sent_back, ("solving",), Reason,
                   notices=(NOTICE,),
                   sentence="请再办：{reason}", icon="undo"),
            Action("conclude", "核对办结", ("answered",), DESK, effects.concluded, ("closed",), effects.Conclude,
                   checks=(effects.check_conclusion,), notices=(NOTICE,), judges=True, sentence="办结：{becomes}",
                   is_primary=True),
            *appealing(("closed",), "solving", "solve"),
            *shared_acts(OPEN, EVERY, (*DESK, *LEAD), ("asker",)),
        ),
    )
)  # fmt: skip
