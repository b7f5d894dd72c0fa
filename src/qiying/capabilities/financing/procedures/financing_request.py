"""融资申请: one request to several institutions, compared and taken by the firm."""

from qiying.capabilities.financing.services import inputs
from qiying.capabilities.financing.services import requesting as effects
from qiying.capabilities.financing.services.common import ASKER, KNOWS, NOTICE, shared_acts, standings
from qiying.kernel.cases.standard import children, ending
from qiying.kernel.cases.vocabulary import CHILD_MOVED, PROCEDURES, Action, Deadline, Party, Procedure, State

LEAD = standings("lead")
OPEN = ("going", "choosing")
EVERY = (*OPEN, "agreed", "ended", "withdrawn")

FINANCING_REQUEST = PROCEDURES.register(
    Procedure(
        code="financing_request",
        version=1,
        label="融资申请",
        purpose="企业说一次，几家金融机构同时收到，各自在期限里给方案或者写明理由；企业放在一起比，选一个。",
        number_prefix="RZ",
        closes_by="decision",
        initial="going",
        states=(
            State("going", "机构在看", sentence="您选的机构都收到了，正在看"),
            State("choosing", "等企业选", "asker", sentence="有机构给了方案，请比一比、选一个",
                  by_side={"office": "有机构给了方案，等企业选"}),
            State("agreed", "谈成了", is_final=True, sentence="谈成了，额度在“我的授信”里"),
            State("ended", "没谈成", is_final=True, sentence="这次没谈成，各家的理由写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(ASKER, Party("lead", "融资协调", sees=KNOWS)),
        kinds=inputs.KINDS,
        outcomes=inputs.RESULTS,
        rated_in=("agreed", "ended"),
        extras=inputs.RequestExtras,
        asker_reads={CHILD_MOVED: children.ASKER_READS},
        deadlines=(
            Deadline("choose", "谈成或者说明白", "financing.whole", "几家答复以后由企业选（天数区县约定，样例）",
                     ("accept", "drop"), counts=False, is_promise=True),
        ),
        opening=Action(
            "open", "提融资申请", (), ("clerk",), effects.opened, ("going",), inputs.Opening,
            checks=(effects.check_opening,), sentence="申请 {amount} 万元，{months} 个月：{purpose}", icon="flag",
        ),
        actions=(
            children.child_moved(OPEN, effects.part_moved, ("choosing", "going", "ended"), notices=(NOTICE,)),
            Action("accept", "选一个方案", ("choosing",), ("asker",), effects.accepted, ("agreed",),
                   inputs.Choosing, checks=(effects.check_choice,), notices=(NOTICE,), sentence="选了一个方案",
                   is_primary=True),
            Action("drop", "都不选", ("choosing",), ("asker",), effects.dropped, ("ended",), inputs.Dropping,
                   notices=(NOTICE,), sentence="都没选：{reason}", is_minor=True, icon="x"),
            ending.withdraw(OPEN, "withdrawn", effects.withdrawn_too, guards=()),
            *shared_acts(OPEN, EVERY, LEAD),
        ),
    )
)  # fmt: skip
