"""知识产权一件事: one request, four sides at once, one common record, one answer."""

from qiying.capabilities.legal_environment.services import ip as effects
from qiying.capabilities.legal_environment.services.common import (
    ASKER,
    KNOWS,
    NOTICE,
    shared_acts,
    standings,
    withdrawn_by,
)
from qiying.kernel.cases.standard import children
from qiying.kernel.cases.vocabulary import (
    CHILD_MOVED,
    PROCEDURES,
    Action,
    Deadline,
    LetterKind,
    Party,
    Procedure,
    State,
)

LEAD, SIDE = standings("lead"), standings("side")
OPEN = ("going", "joining")
EVERY = (*OPEN, "done", "withdrawn", "voided")
LOCAL = "天数区县约定，样例"

IP_REQUEST = PROCEDURES.register(
    Procedure(
        code="ip_request",
        version=1,
        label="知识产权一件事",
        purpose="知识产权“四位一体”保护：企业说一次，法院、检察院、执法和服务单位同时收到，共用一份记录，一次答复。",
        number_prefix="ZC",
        closes_by="decision",
        initial="going",
        states=(
            State("going", "四方在办", sentence="法院、检察院、执法和服务单位都收到了，正在办"),
            State("joining", "等汇总", "lead", sentence="四方都办完了，正在汇总答复"),
            State("done", "办结", is_final=True, sentence="办完了，答复写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(ASKER, Party("lead", "受理单位", sees=KNOWS), Party("side", "四方", sees=KNOWS)),
        kinds=effects.KINDS,
        outcomes={**effects.HELPED, "withdrawn": "撤回", "voided": "作废"},
        rated_in=("done",),
        extras=effects.RequestExtras,
        asker_reads={CHILD_MOVED: children.ASKER_READS, "record": (), "conclude": ("result", "text")},
        deadlines=(
            Deadline("conclude", "汇总答复", "ip.conclude", f"收到后四方办完、一次答复（{LOCAL}）", ("conclude",),
                     has_cards=True, is_promise=True),
        ),
        letters=(
            LetterKind("result", "知识产权一件事答复书", effects.result_letter, to="asker", needs=effects.is_answered),
        ),
        opening=Action(
            "open", "提知识产权一件事", (), ("clerk",), effects.opened, ("going",), effects.Opening,
            checks=(effects.check_opening,), notices=(NOTICE,), sentence="提出：{title}", icon="flag",
        ),
        actions=(
            Action("record", "记一笔", OPEN, (*LEAD, *SIDE), effects.recorded, (), effects.Record,
                   checks=(effects.not_later,), sentence="{on} {text}", icon="edit"),
            children.child_moved(OPEN, effects.part_moved, ("joining",), notices=(NOTICE,)),
            Action("conclude", "汇总答复", ("joining",), LEAD, effects.concluded, ("done",), effects.Conclusion,
                   guards=(children.every_child_is_final,), notices=(NOTICE,), sentence="答复：{result}。{text}",
                   is_primary=True),
            *shared_acts(OPEN, EVERY, (*LEAD, *SIDE), LEAD,
                         (withdrawn_by(OPEN, "asker", also=children.withdraw_too),), also=children.void_too),
        ),
    )
)  # fmt: skip
