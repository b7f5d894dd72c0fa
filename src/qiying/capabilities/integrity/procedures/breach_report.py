"""违反清单的反映: checked by the discipline body, answered on a clock by two people, hidden from the unit meant."""

from qiying.capabilities.integrity.rules.lists import KINDS
from qiying.capabilities.integrity.services import breaches as effects
from qiying.kernel.cases.standard import asking, ending, recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, State

BODY = ("discipline:discipline",)
OPEN = ("received", "checking", "deciding")
EVERY = (*OPEN, "closed", "withdrawn")
ANSWER = Asked("answer", "答复", "discipline")
TOLD = ("breach_told",)

BREACH_REPORT = PROCEDURES.register(
    Procedure(
        code="breach_report",
        version=1,
        label="反映违反清单",
        purpose="十必办、十不准和三个承诺，哪一条没做到都能反映：纪检机构限期核查答复，被说的单位看不到是谁说的。",
        number_prefix="QD",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "待核查", "discipline", sentence="收到了，纪检机构还没开始核查"),
            State("checking", "核查中", "discipline", sentence="纪检机构正在核查"),
            State("deciding", "等另一人审核", "discipline", sentence="核查完了，等另一个人审核答复"),
            State("closed", "已答复", is_final=True, sentence="答复了，结果写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(
            Party("asker", "企业", "enterprise", ("asker",)),
            Party("reporter", "反映的单位", sees=("asker",)),
            Party("discipline", "纪检机构", sees=("asker", "contact", "restricted")),
        ),
        kinds=KINDS,
        outcomes={**effects.OUTCOMES, "withdrawn": "撤回"},
        extras=effects.BreachExtras,
        asker_reads={"take": (), "decide": ()},
        approvals=(ANSWER,),
        deadlines=(
            Deadline("answer", "答复", "integrity.breach", "收到反映以后核查答复（区县承诺，样例）",
                     ("decide", "withdraw"), owed_by="discipline", has_cards=True, is_promise=True),
        ),
        opening=Action(
            "open", "反映违反清单", (), ("clerk", "desk", "callback", "supervisor", "deputy"), effects.opened,
            ("received",), effects.Opening, checks=(effects.check_opening,), notices=TOLD, sentence="反映违反{clause}",
            icon="flag",
        ),
        actions=(
            Action("take", "开始核查", ("received",), BODY, effects.taken, ("checking",), sentence="开始核查",
                   is_primary=True),
            Action("propose", "拟定答复", ("checking",), BODY, effects.proposed, ("deciding",), effects.Conclusion,
                   guards=(asking.no_open_request,), checks=(effects.check_conclusion,), sentence="拟定了答复",
                   is_primary=True, icon="edit"),
            Action("decide", "审核答复", ("deciding",), BODY, effects.decided, ("closed", "checking"),
                   effects.Decision, guards=(asking.not_own_request("answer"),), notices=TOLD, is_conditional=True,
                   sentence="审核答复：{decision}", is_primary=True, decides="answer"),
            reminding.receipt(EVERY, BODY),
            ending.withdraw(("received", "checking"), "withdrawn"),
            *recording.by_program(EVERY, OPEN),
        ),
    )
)  # fmt: skip
