"""风险共担: a guaranteed loan whose loss is shared; a second person decides claims, every fen is booked."""

from datetime import date
from decimal import Decimal
from typing import Literal

from qiying.capabilities.risk_sharing.models import PROGRAMME_CHOICES
from qiying.capabilities.risk_sharing.rules.law import PARTIES, TITLES
from qiying.capabilities.risk_sharing.services import claims, loans
from qiying.capabilities.risk_sharing.services.booking import DUE
from qiying.capabilities.risk_sharing.services.common import NOTICE, Reason, amount, kept_acts, standings
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import asking, ending
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, State

LEAD, BANK, FUND = ("lead:guarantor",), ("bank:bank",), standings("fund")
OPEN = ("filed", "confirmed", "live", "claimed", "proposed", "paid")
EVERY = (*OPEN, "repaid", "ended", "refused", "withdrawn")
LOCAL = "区县约定，样例"
CLAIM = Asked("claim", "代偿", "fund", no="退回再核")
LOSS = Asked("loss", "核销损失", "fund")


def share(party: str) -> Decimal:
    """Return the input of one party's share in percent."""
    given: Decimal = entry(
        f"{PARTIES[party]}承担 %", default=Decimal(0), ge=0, le=100, decimal_places=2, help="不承担的填 0"
    )
    return given


class Filing(ActionInput):
    agreed_id: int | None = entry(
        "哪一笔谈成的贷款", default=None, source="agreed_loans", help="不是系统里谈成的不选"
    )
    enterprise_id: int = entry(
        "企业", source="risk_firms", ge=1, le=10**12, help="输入名称里的四个字或者代码"
    )
    bank_id: int = entry("银行", source="risk_banks", ge=1, le=10**12)
    contract: str = entry("借款合同号", min_length=4, max_length=60)
    programme: Literal["sci_tech", "inclusive", "local"] = entry(
        "按哪种分担", choices=dict(PROGRAMME_CHOICES)
    )
    title: Literal["", "giant", "specialised", "national", "high_tech", "scored", "tech", "innovative"] = (
        entry("企业称号", default="", choices=TITLES)
    )
    title_until: date | None = entry("称号有效到", default=None, widget="date", help="没有称号的不填")
    affiliates: str = entry("关联方（集团）", default="", max_length=80, help="同一集团的各笔写一样的名称")
    amount: Decimal = amount("贷款多少元")
    bank: Decimal = share("bank")
    guarantor: Decimal = share("guarantor")
    insurer: Decimal = share("insurer")
    reguarantor: Decimal = share("reguarantor")
    fund: Decimal = share("fund")
    government: Decimal = share("government")
    fee_rate: Decimal = entry("担保费率 %（每年）", ge=0, le=5, decimal_places=2)
    fund_fee_rate: Decimal = entry(
        "分给再担保和基金的费率 %",
        default=Decimal(0),
        ge=0,
        le=1,
        decimal_places=2,
        help="500 万元以下不超过 0.3",
    )
    is_small: bool = entry("小微企业或三农", default=False, widget="checkbox")
    starts_on: date = entry("哪天放款", widget="date")
    ends_on: date = entry("哪天到期", widget="date")
    documents: list[int] = entry("合同、称号证书", default=(), widget="documents", max_length=10)


class Repayment(ActionInput):
    amount: Decimal = amount("还了多少元本金")
    on: date = entry("哪天还的", widget="date")


class Claim(ActionInput):
    amount: Decimal = amount("没还上的本金多少元")
    due_on: date = entry("哪天逾期的", widget="date")
    reason: str = entry("催收情况", widget="textarea", min_length=4, max_length=500)
    documents: list[int] = entry("逾期和催收的证明", default=(), widget="documents", max_length=10)


class Settlement(ActionInput):
    party: Literal["reguarantor", "fund", "government"] = entry(
        "谁付的", choices={p: PARTIES[p] for p in DUE}
    )
    amount: Decimal = amount("付了多少元")
    document: str = entry("凭证号", min_length=2, max_length=60)


class Recovery(ActionInput):
    amount: Decimal = amount("追回多少元")
    document: str = entry("怎么追回的", min_length=2, max_length=60, help="例如判决书号、还款凭证")


STATES = (
    State("filed", "待银行确认", "bank", sentence="担保机构登记了，等银行确认"),
    State("confirmed", "待备案", "fund", sentence="银行确认了，等备案"),
    State("live", "在保", sentence="在保，各方按比例承担风险"),
    State("claimed", "核代偿", "lead", sentence="银行申请了代偿，担保机构在核"),
    State("proposed", "待定代偿", "fund", sentence="担保机构核完了，等另一个人决定"),
    State("paid", "追偿中", "lead", sentence="代偿了，正在追偿"),
    State("repaid", "还清", is_final=True, sentence="还清了"),
    State("ended", "追偿结束", is_final=True, sentence="追偿结束了"),
    State("refused", "不同意", is_final=True, sentence="没有同意，理由写在下面"),
    State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
)
DEADLINES = (
    Deadline(
        "confirm", "银行确认", "risk.confirm", f"担保机构登记后（{LOCAL}）", ("confirm",), owed_by="bank"
    ),
    Deadline(
        "record", "备案", "risk.record", f"银行确认后（{LOCAL}）", ("record",), has_cards=True, owed_by="fund"
    ),
    Deadline("pay", "代偿", "risk.pay", f"银行申请代偿后（{LOCAL}）", ("decide_claim",), has_cards=True),
)
ACTIONS = (
    Action("confirm", "确认", ("filed",), BANK, loans.confirmed, ("confirmed",), shows=(loans.in_view,),
           notices=(NOTICE,), sentence="银行确认了", is_primary=True),
    Action("record", "备案", ("confirmed",), FUND, loans.recorded, ("live",), shows=(loans.in_view,), notices=(NOTICE,),
           sentence="备案了，开始在保", is_primary=True),
    Action("refuse", "不同意", ("filed", "confirmed"), (*BANK, *FUND), loans.refused, ("refused",), Reason,
           notices=(NOTICE,), sentence="不同意：{reason}", icon="x"),
    ending.withdraw(("filed", "confirmed"), "withdrawn", loans.withdrawn, by=LEAD, guards=()),
    Action("repay", "登记还款", ("live",), (*LEAD, *BANK), loans.repaid, ("repaid",), Repayment,
           checks=(loans.check_repaid,), sentence="{on}还了 {amount} 元", is_conditional=True, icon="download"),
    Action("claim", "申请代偿", ("live",), BANK, claims.claimed, ("claimed",), Claim, checks=(claims.check_claim,),
           notices=(NOTICE,), sentence="{due_on}逾期，没还上 {amount} 元。{reason}", icon="alert"),
    Action("propose_claim", "核完，请决定", ("claimed",), LEAD, claims.proposed, ("proposed",), Reason,
           guards=(asking.no_open_request,), shows=(claims.in_view,), notices=("asked",), sentence="核完了：{reason}",
           is_primary=True),
    Action("decline_claim", "退回代偿申请", ("claimed",), LEAD, claims.declined, ("live",), Reason, notices=(NOTICE,),
           sentence="退回代偿申请：{reason}", icon="undo"),
    Action("decide_claim", "决定代偿", ("proposed",), FUND, claims.decided, ("paid", "claimed"), asking.Decide,
           guards=(asking.has_request("claim"), asking.not_own_request("claim")), shows=(claims.in_view,),
           notices=("decided", NOTICE), sentence="代偿：{decision}", is_conditional=True, is_primary=True,
           decides="claim"),
    Action("settle", "登记分担款", ("paid",), (*LEAD, *FUND), claims.settled, (), Settlement,
           checks=(claims.check_settled,), sentence="{party}付了 {amount} 元，凭证 {document}", icon="download"),
    Action("recover", "登记追回", ("paid",), LEAD, claims.recovered, ("ended",), Recovery, checks=(claims.check_back,),
           sentence="追回 {amount} 元，{document}", is_conditional=True, icon="undo"),
    asking.request(LOSS, ("paid",), LEAD, is_minor=True),
    asking.decision(LOSS, ("paid",), FUND, claims.loss_closed, "ended", judges=False),
    *kept_acts(OPEN, EVERY, (*LEAD, *BANK, *FUND)),
)  # fmt: skip

SHARED_LOAN = PROCEDURES.register(
    Procedure(
        code="shared_loan",
        version=1,
        label="风险共担",
        purpose="银行、担保、保险、再担保、基金、政府按比例分担贷款的风险：比例正好 100%，代偿由另一个人定。",
        number_prefix="FX",
        closes_by="decision",
        initial="filed",
        states=STATES,
        opening=Action(
            "file", "登记共担贷款", (), ("guarantor",), loans.opened, ("filed",), Filing, part_of="risk.file",
            whole=loans.loan_file, checks=(loans.check_opening,), notices=(NOTICE,), sentence="登记合同 {contract}",
            icon="edit",
        ),
        actions=ACTIONS,
        deadlines=DEADLINES,
        kinds=dict(PROGRAMME_CHOICES),
        outcomes={
            "repaid": "还清", "recovered": "全部追回", "lost": "核销损失", "refused": "不同意", "withdrawn": "撤回",
        },
        parties=(
            Party("borrower", "借款企业", "enterprise"),
            Party("lead", "担保机构", sees=("restricted",)),
            Party("bank", "银行", sees=("restricted",)),
            Party("fund", "风险补偿资金管理单位", sees=("restricted",)),
        ),
        extras=loans.LoanExtras,
        approvals=(CLAIM, LOSS),
        asker_reads={
            "file": ("contract", "amount", "bank", "guarantor", "insurer", "reguarantor", "fund", "government",
                     "fee_rate"),
            "record": (), "refuse": ("reason",), "repay": ("amount", "on"), "claim": ("amount", "due_on"),
            "decide_claim": (), "recover": ("amount",),
        },
    )
)  # fmt: skip
