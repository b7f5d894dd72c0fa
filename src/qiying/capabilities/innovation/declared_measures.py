"""What corrections count."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

CODE = "score_correction"
declare_measure(CODE, "received", "提了更正", "企业提的创新积分更正。")
declare_measure(CODE, "accepted", "采纳", "采纳了，积分重算的。")
declare_measure(CODE, "refused", "不采纳", "没有采纳的，都写了理由。")
declare_measure(CODE, "withdrawn", "撤回", "企业自己撤回的。")
declare_rate(
    CODE,
    "accepted",
    "采纳率",
    "采纳的，占决定了的。",
    part=("accepted",),
    whole=("accepted", "refused"),
    good="",
)
declare_board(
    Board(
        CODE,
        "创新积分更正",
        came="received",
        cards=(RateCard("accepted", "件决定"),),
        lines=("accepted",),
        rates=("accepted",),
        acts=("accepted", "refused", "withdrawn"),
        order=71,
    )
)
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(CODE, _card, _label, f"期限上发出的{_label}。", unit="次")
