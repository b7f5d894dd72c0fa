"""执法堵点: a complaint in confidence, answered and corrected; the body learns who only where the firm agreed."""

from qiying.capabilities.legal_environment.models import COMPLAINT_KINDS
from qiying.capabilities.legal_environment.services import complaints as effects
from qiying.capabilities.legal_environment.services.common import (
    ASKER,
    KNOWS,
    NOTICE,
    shared_acts,
    standings,
    withdrawn_by,
)
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, LetterKind, Party, Procedure, State

WATCH, LEAD = standings("watch"), standings("lead")
OPEN = ("received", "explaining", "deciding", "correcting", "checking")
EVERY = (*OPEN, "closed", "declined", "withdrawn", "voided")
LOCAL = "天数区县约定，样例"

ENFORCEMENT_COMPLAINT = PROCEDURES.register(
    Procedure(
        code="enforcement_complaint",
        version=1,
        label="执法堵点",
        purpose="企业反映执法中的问题，司法局保密办：被反映的单位说明、改正，不知道是谁反映的；每月按种类分析。",
        number_prefix="ZD",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "待受理", "watch", sentence="收到了，司法局在看"),
            State("explaining", "等单位说明", "lead", sentence="受理了，请被反映的单位说明情况"),
            State("deciding", "等结论", "watch", sentence="被反映的单位说明了，司法局在查"),
            State("correcting", "改正中", "lead", sentence="属实，被反映的单位在改正"),
            State("checking", "核对改正", "watch", sentence="报了改正，司法局在核对"),
            State("closed", "办结", is_final=True, sentence="办结了，结论写在下面"),
            State("declined", "没有受理", is_final=True, sentence="没有受理，理由和该找谁写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(ASKER, Party("watch", "执法监督机关", sees=KNOWS), Party("lead", "被反映的单位")),
        kinds=COMPLAINT_KINDS,
        outcomes={"corrected": "属实，已改正", "unfounded": "不属实", "declined": "没有受理", "withdrawn": "撤回",
                  "voided": "作废"},
        rated_in=("closed",),
        extras=effects.ComplaintExtras,
        asker_reads={"take": (), "decline": ("reason", "go_to"), "explain": (), "decide": ("result", "answer"),
                     "correct": (), "check": ("result", "text")},
        deadlines=(
            Deadline("accept", "受理", "complaint.accept", f"收到后告知（{LOCAL}）", ("take", "decline"),
                     has_cards=True, owed_by="watch"),
            Deadline("explain", "说明情况", "complaint.explain", f"收到要求后说明（{LOCAL}）", ("explain",),
                     has_cards=True),
            Deadline("decide", "给结论", "complaint.decide", f"收到后查明答复（{LOCAL}）", ("decide", "decline"),
                     has_cards=True, is_promise=True, owed_by="watch"),
            Deadline("correct", "改正", "complaint.correct", f"收到文书后改正（{LOCAL}）", ("correct",),
                     has_cards=True),
            Deadline("check", "核对改正", "complaint.check", f"收到报告后核对（{LOCAL}）", ("check",), has_cards=True,
                     owed_by="watch"),
        ),
        letters=(
            LetterKind("instrument", "执法监督文书", effects.instrument_letter, needs=effects.is_founded),
            LetterKind("answer", "执法堵点答复书", effects.answer_letter, to="asker", needs=effects.is_answered),
        ),
        opening=Action(
            "open", "反映执法堵点", (), ("clerk",), effects.opened, ("received",), effects.Opening,
            checks=(effects.check_opening,), notices=(NOTICE,), sentence="反映了一件执法堵点", icon="flag",
        ),
        actions=(
            Action("take", "受理，请单位说明", ("received",), WATCH, effects.taken, ("explaining",), effects.Taking,
                   notices=(NOTICE,), sentence="请被反映的单位说明：{summary}", is_primary=True),
            Action("decline", "不受理", ("received",), WATCH, effects.declined, ("declined",), effects.Declined,
                   notices=(NOTICE,), sentence="没有受理：{reason}", icon="x"),
            Action("explain", "说明情况", ("explaining",), LEAD, effects.explained, ("deciding",), effects.Explained,
                   notices=(NOTICE,), sentence="说明：{text}", is_primary=True),
            Action("decide", "下结论", ("explaining", "deciding"), WATCH, effects.decided, ("correcting", "closed"),
                   effects.Decided, checks=(effects.check_decided,), judges=True, is_conditional=True,
                   notices=(NOTICE,), sentence="结论：{result}。{reason}", is_primary=True),
            Action("correct", "报改正", ("correcting",), LEAD, effects.corrected, ("checking",), effects.Corrected,
                   notices=(NOTICE,), sentence="改正：{text}", is_primary=True),
            Action("check", "核对改正", ("checking",), WATCH, effects.checked, ("closed", "correcting"),
                   effects.Checked, judges=True, is_conditional=True, notices=(NOTICE,),
                   sentence="{result}：{text}", is_primary=True),
            Action("agree_named", "同意公开是我们", OPEN, ("asker",), effects.named, (), suits=effects.is_hidden,
                   notices=(NOTICE,), sentence="同意让被反映的单位知道", is_minor=True, icon="eye"),
            *shared_acts(OPEN, EVERY, (*WATCH, *LEAD), WATCH,
                         (withdrawn_by(("received", "explaining", "deciding"), "asker"),)),
        ),
    )
)  # fmt: skip
