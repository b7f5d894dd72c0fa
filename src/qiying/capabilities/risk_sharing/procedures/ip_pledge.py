"""知识产权质押: application, valuation, registration with a clock and a certificate, release; no transfer unasked."""

from datetime import date
from decimal import Decimal
from typing import Literal

from qiying.capabilities.risk_sharing.models import IpPledge
from qiying.capabilities.risk_sharing.services import pledges
from qiying.capabilities.risk_sharing.services.common import NOTICE, Reason, amount, kept_acts, standings
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import ending
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

ASKER, BANK, LEAD = ("asker",), ("bank:bank",), standings("lead")
OPEN = ("filed", "valued", "registered", "transferring", "releasing")
EVERY = (*OPEN, "released", "refused", "withdrawn")
LOCAL = "区县约定，样例"
LAW = "《专利权质押登记办法》（国家知识产权局公告第 461 号）"


class Filing(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="只有一家就不用选"
    )
    kind: Literal["patent", "trademark", "copyright", "topography"] = entry(
        "哪种权利", choices=dict(IpPledge.Kind.choices)
    )
    number: str = entry("权利号", min_length=4, max_length=40, help="专利号、注册号、登记号")
    name: str = entry("名称", min_length=2, max_length=120)
    expires_on: date = entry("权利到期日", widget="date")
    bank_id: int = entry("向哪家银行质押", source="risk_banks", ge=1, le=10**12)
    amount: Decimal = amount("要贷多少元")
    documents: list[int] = entry("权利证书", default=(), widget="documents", max_length=10)


class Valuation(ActionInput):
    amount: Decimal = amount("评估价值多少元")
    valued_by: str = entry("谁评估的", min_length=2, max_length=80, help="评估机构，或者银行内评")
    documents: list[int] = entry("评估报告、质押合同", default=(), widget="documents", max_length=10)


class Transfer(ActionInput):
    transferee: str = entry("转给谁", min_length=2, max_length=120)
    amount: Decimal = amount("多少元")


class Consent(ActionInput):
    decision: Literal["agreed", "refused"] = entry(
        "质权人意见", choices={"agreed": "同意转让", "refused": "不同意"}, widget="radio"
    )
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500)


PLEDGE = PROCEDURES.register(
    Procedure(
        code="ip_pledge",
        version=1,
        label="知识产权质押",
        purpose="专利、商标、著作权质押贷款：银行评估，5 个工作日登记发证，还清就注销；登记了才设立，转让要银行同意。",
        number_prefix="ZY",
        closes_by="decision",
        initial="filed",
        states=(
            State("filed", "待评估", "bank", sentence="提交了，银行在评估"),
            State("valued", "待登记", "lead", sentence="评估完了，正在登记"),
            State("registered", "质押中", sentence="登记了，质权设立；不经银行同意不能转让"),
            State("transferring", "等质权人", "bank", sentence="要转让，等银行同意不同意"),
            State("releasing", "待注销", "lead", sentence="银行申请注销，正在办"),
            State("released", "已注销", is_final=True, sentence="注销了，权利上没有质押"),
            State("refused", "没有办成", is_final=True, sentence="没有办成，理由写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(
            Party("asker", "出质企业", "enterprise", ("asker", "restricted")),
            Party("bank", "银行", sees=("restricted",)),
            Party("lead", "质押登记窗口", sees=("asker", "contact", "restricted")),
        ),
        kinds=dict(IpPledge.Kind.choices),
        outcomes={"released": "已注销", "refused": "没有办成", "withdrawn": "撤回"},
        rated_in=("released", "refused"),
        extras=pledges.PledgeExtras,
        asker_reads={
            "value": ("amount", "valued_by"), "register": (), "refuse": ("reason",),
            "decide_transfer": ("decision", "reason"), "ask_release": ("reason",), "release": (),
        },
        deadlines=(
            Deadline("value", "评估", "risk.value", f"企业申请后（{LOCAL}）", ("value",), owed_by="bank"),
            Deadline("register", "登记", "risk.register", f"材料齐全后（{LAW}）", ("register",), has_cards=True,
                     is_promise=True),
            Deadline("release", "注销", "risk.release", f"质权人申请后（{LOCAL}）", ("release",), has_cards=True),
        ),
        opening=Action(
            "open", "申请质押", (), ("clerk",), pledges.opened, ("filed",), Filing, part_of="risk.pledge",
            whole=pledges.pledge_open, checks=(pledges.check_opening,), notices=(NOTICE,), sentence="申请质押 {number}",
            icon="lock",
        ),
        actions=(
            Action("value", "评估好了", ("filed",), BANK, pledges.valued, ("valued",), Valuation,
                   checks=(pledges.check_valued,), shows=(pledges.in_view,), notices=(NOTICE,),
                   sentence="评估 {amount} 元，{valued_by}", is_primary=True, icon="edit"),
            Action("register", "登记，发证", ("valued",), LEAD, pledges.registered, ("registered",),
                   shows=(pledges.in_view,), notices=(NOTICE,), sentence="登记了，发了登记证", is_primary=True),
            Action("refuse", "办不了", ("filed", "valued"), (*BANK, *LEAD), pledges.refused, ("refused",), Reason,
                   notices=(NOTICE,), sentence="办不了：{reason}", icon="x"),
            ending.withdraw(("filed", "valued"), "withdrawn", pledges.withdrawn),
            Action("ask_transfer", "要转让，请银行同意", ("registered",), ASKER, pledges.transfer_asked,
                   ("transferring",), Transfer, notices=(NOTICE,), sentence="要转给{transferee}，{amount} 元",
                   icon="send"),
            Action("decide_transfer", "同意不同意转让", ("transferring",), BANK, pledges.transfer_decided,
                   ("registered",), Consent, shows=(pledges.in_view,), notices=(NOTICE,),
                   sentence="{decision}转让：{reason}", is_primary=True),
            Action("ask_release", "还清了，申请注销", ("registered",), BANK, pledges.release_asked, ("releasing",),
                   Reason, notices=(NOTICE,), sentence="申请注销：{reason}", icon="undo"),
            Action("release", "注销", ("releasing",), LEAD, pledges.released, ("released",), notices=(NOTICE,),
                   sentence="注销了", is_primary=True),
            *kept_acts(OPEN, EVERY, (*BANK, *LEAD)),
        ),
    )
)  # fmt: skip
