"""知识产权一件事的一份: what one of the four sides does, with a clock of its own."""

from qiying.capabilities.legal_environment.services import ip as effects
from qiying.capabilities.legal_environment.services.common import (
    ASKER,
    KNOWS,
    NOTICE,
    shared_acts,
    standings,
    withdrawn_by,
)
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

LEAD = standings("lead")
OPEN = ("going",)
EVERY = (*OPEN, "done", "withdrawn", "voided")

IP_PART = PROCEDURES.register(
    Procedure(
        code="ip_part",
        version=1,
        label="知识产权一件事（一方）",
        purpose="四方里一方的那一份：办了、给了意见，或者看过没有要办的，都要说。",
        number_prefix="ZF",
        closes_by="decision",
        initial="going",
        states=(
            State("going", "在办", "lead", sentence="正在办"),
            State("done", "办完了", is_final=True, sentence="这一方办完了"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(ASKER, Party("lead", "这一方", sees=KNOWS)),
        kinds=effects.SIDES,
        outcomes={**effects.DONE, "withdrawn": "撤回", "voided": "作废"},
        extras=effects.PartExtras,
        asker_reads={"finish": ("done", "text")},
        deadlines=(
            Deadline("part", "办本单位这一份", "ip.part", "收到后办（天数区县约定，样例）", ("finish",),
                     has_cards=True, is_promise=True),
        ),
        opening=Action(
            "open", "分给一方", (), ("system",), effects.part_opened, ("going",), effects.PartOpening,
            notices=(NOTICE,), sentence="{side}收到了",
        ),
        actions=(
            Action("finish", "说本单位办了什么", ("going",), LEAD, effects.part_done, ("done",), effects.Done,
                   sentence="{done}：{text}", is_primary=True),
            *shared_acts(OPEN, EVERY, LEAD, LEAD, (withdrawn_by(OPEN, "asker"),)),
        ),
    )
)  # fmt: skip
