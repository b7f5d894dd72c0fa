"""融资申请（一家）: what one institution answers, on its own clock, from what the firm let it see."""

from qiying.capabilities.financing.services import inputs
from qiying.capabilities.financing.services import requesting as effects
from qiying.capabilities.financing.services.common import ASKER, KNOWS, NOTICE, shared_acts, standings
from qiying.kernel.cases.standard import ending
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

LEAD = standings("lead")
OPEN = ("looking", "offered")
EVERY = (*OPEN, "accepted", "refused", "passed_over", "withdrawn")

FINANCING_PART = PROCEDURES.register(
    Procedure(
        code="financing_part",
        version=1,
        label="融资申请（一家机构）",
        purpose="一家机构看申请、给方案或者写明理由不同意；只看得到企业同意给它看的资料。",
        number_prefix="RJ",
        closes_by="decision",
        initial="looking",
        states=(
            State("looking", "机构在看", "lead", sentence="机构正在看"),
            State("offered", "给了方案", sentence="机构给了方案，等企业选"),
            State("accepted", "企业选了", is_final=True, sentence="谈成了"),
            State("refused", "没有同意", is_final=True, sentence="机构没有同意，理由写在下面"),
            State("passed_over", "没选这家", is_final=True, sentence="没选这家"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(ASKER, Party("lead", "金融机构", sees=KNOWS)),
        kinds=inputs.KINDS,
        outcomes=inputs.PART_RESULTS,
        extras=inputs.PartExtras,
        asker_reads={"refuse": ("kind", "reason"), "want": ("text",)},
        deadlines=(
            Deadline("answer", "机构答复", "financing.answer", "收到后给方案或者写明理由（天数区县约定，样例）",
                     ("offer", "refuse"), has_cards=True, is_promise=True),
        ),
        opening=Action(
            "open", "分给一家机构", (), ("system",), effects.part_opened, ("looking",), inputs.PartOpening,
            notices=(NOTICE,), sentence="{title}",
        ),
        actions=(
            Action("offer", "给方案", ("looking",), LEAD, effects.offered, ("offered",), inputs.Offering,
                   checks=(effects.check_offer,), notices=(NOTICE,), starts_with=effects.starts_with,
                   sentence="给方案：{amount} 万元，年利率 {rate}%，{months} 个月", is_primary=True),
            Action("refuse", "不同意", ("looking",), LEAD, effects.refused, ("refused",), inputs.Refusing,
                   checks=(effects.check_reason,), notices=(NOTICE,), sentence="不同意：{kind}。{reason}", icon="x"),
            Action("want", "请企业补资料", OPEN, LEAD, effects.wanted_more, (), inputs.Wanting, notices=(NOTICE,),
                   sentence="请补：{text}", is_minor=True, icon="edit"),
            Action("share", "再给机构看资料", OPEN, ("asker",), effects.shared_again, (), inputs.Again,
                   checks=(effects.check_shared,), notices=(NOTICE,), sentence="同意机构看资料", is_minor=True,
                   icon="eye"),
            Action("accepted", "企业选了", ("offered",), ("system",), effects.part_accepted, ("accepted",),
                   notices=(NOTICE,), sentence="企业选了这个方案"),
            Action("pass_over", "没选这家", OPEN, ("system",), effects.passed_over, ("passed_over",),
                   notices=(NOTICE,), sentence="企业选了别家或者不要了"),
            ending.withdraw(OPEN, "withdrawn", guards=()),
            *shared_acts(OPEN, EVERY, LEAD),
        ),
    )
)  # fmt: skip
