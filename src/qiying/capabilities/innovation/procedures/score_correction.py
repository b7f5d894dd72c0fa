"""创新积分更正: the enterprise shows with evidence what is wrong, the science office decides, the score follows."""

from qiying.capabilities.innovation.services import correcting
from qiying.kernel.cases.standard import ending, recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

OFFICER = ("lead:policy", "lead:handler", "lead:liaison", "lead:leader")
OPEN = ("asked",)
EVERY = ("asked", "accepted", "refused", "withdrawn")

CORRECTION = PROCEDURES.register(
    Procedure(
        code="score_correction",
        version=1,
        label="创新积分更正",
        purpose="积分里的数不对或缺了，企业带材料更正；采纳了当时重算。",
        number_prefix="JF",
        closes_by="decision",
        initial="asked",
        states=(
            State("asked", "待决定", "lead", sentence="收到了，科技部门在看材料"),
            State("accepted", "采纳", is_final=True, sentence="采纳了，积分按新的数重算了"),
            State("refused", "不采纳", is_final=True, sentence="没有采纳，理由写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(
            Party("asker", "企业", "enterprise", ("asker", "restricted")),
            Party("lead", "科创评价单位", sees=("asker", "contact", "restricted")),
        ),
        kinds={"correction": "更正"},
        outcomes={"accepted": "采纳", "refused": "不采纳", "withdrawn": "企业撤回"},
        rated_in=("accepted", "refused"),
        extras=correcting.CorrectionExtras,
        asker_reads={"decide": ("decision", "reason")},
        deadlines=(
            Deadline("decide", "决定", "innovation.decide", "收到材料后（区县约定，样例）", ("decide", "withdraw"),
                     has_cards=True, is_promise=True),
        ),
        opening=Action(
            "open", "更正积分里的数", (), ("clerk",), correcting.opened, ("asked",), correcting.Opening,
            checks=(correcting.check_opening,), notices=(correcting.NOTICE,), sentence="把{fact}更正为 {value}",
            icon="edit",
        ),
        actions=(
            Action("decide", "决定", OPEN, OFFICER, correcting.decided, ("accepted", "refused"), correcting.Decision,
                   shows=(correcting.in_view,), notices=(correcting.NOTICE,), sentence="{decision}。{reason}",
                   is_primary=True, is_conditional=True),
            ending.withdraw(OPEN, "withdrawn"),
            recording.remark(OPEN, OFFICER),
            reminding.receipt(OPEN, OFFICER),
            *recording.by_program(EVERY, OPEN),
        ),
    )
)  # fmt: skip
