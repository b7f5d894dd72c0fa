"""What shared loans and pledges count."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

LOAN, PLEDGE = "shared_loan", "ip_pledge"
for _code, _label, _words in (
    ("filed", "登记", "担保机构登记的共担贷款。"),
    ("live", "在保", "备案、开始在保的。"),
    ("refused", "不同意", "银行或者资金单位没有同意的。"),
    ("withdrawn", "撤回", "担保机构撤回的。"),
    ("repaid", "还清", "本金全部还清的。"),
    ("claimed", "申请代偿", "银行申请代偿的。"),
    ("paid", "代偿", "另一个人决定后代偿的。"),
    ("lost", "核销损失", "追不回来、另一个人同意核销的。"),
):
    declare_measure(LOAN, _code, _label, _words)
for _code, _label in {"live_wan": "在保贷款", "paid_wan": "代偿金额", "back_wan": "追回"}.items():
    declare_measure(LOAN, _code, _label, f"{_label}，万元，只取整数。", unit="万元")
declare_rate(
    LOAN, "claimed", "代偿率", "代偿的，占开始在保的，按件。", part=("paid",), whole=("live",), good="low"
)
LOAN_ACTS = ("live", "refused", "repaid", "claimed", "paid", "lost", "live_wan", "paid_wan", "back_wan")
declare_board(
    Board(LOAN, "风险共担", came="filed", cards=(RateCard("claimed", "件在保"),), lines=("claimed",),
          rates=("claimed",), acts=LOAN_ACTS, order=72)
)  # fmt: skip
for _code, _label, _words in (
    ("received", "申请质押", "企业申请质押的。"),
    ("registered", "登记质押", "登记、发证的。"),
    ("refused", "没办成", "银行或者窗口没有办的。"),
    ("withdrawn", "撤回", "企业撤回的。"),
    ("transferred", "同意转让", "质权人同意转让的。"),
    ("released", "注销", "还清、注销的。"),
):
    declare_measure(PLEDGE, _code, _label, _words)
declare_measure(PLEDGE, "registered_wan", "质押贷款", "登记的质押担保的贷款，万元，只取整数。", unit="万元")
declare_rate(
    PLEDGE, "registered", "登记率", "登记的，占登记和没办成的。", part=("registered",),
    whole=("registered", "refused"), good="high",
)  # fmt: skip
PLEDGE_ACTS = ("registered", "refused", "transferred", "released", "registered_wan")
declare_board(
    Board(PLEDGE, "知识产权质押", came="received", cards=(RateCard("registered", "件"),), lines=("registered",),
          rates=("registered",), acts=PLEDGE_ACTS, order=73)
)  # fmt: skip
for _procedure in (LOAN, PLEDGE):
    for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
        declare_measure(_procedure, _card, _label, f"期限上发出的{_label}。", unit="次")
