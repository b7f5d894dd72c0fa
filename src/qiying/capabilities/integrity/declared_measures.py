"""Sealed reports are counted and nothing else; of breaches of the lists, how many were answered and were true."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "integrity_report"
declare_measure(P, "received", "收到的廉洁举报", "密封举报，一份算一件；只计数，谁也看不到内容。")
declare_measure(P, "accepted", "受理的廉洁举报", "纪检机构受理的密封举报。")
declare_measure(P, "concluded", "办结的廉洁举报", "核查有了结论、另一个人审核过的密封举报。")

B = "breach_report"
declare_measure(B, "received", "反映违反清单", "反映哪一条没做到的，一次一件。")
declare_measure(B, "taken", "开始核查", "纪检机构开始核查的。")
declare_measure(B, "answered", "已答复", "另一个人审核以后答复了的。")
declare_measure(B, "answered_in_time", "按时答复", "在承诺的日子以前答复的。")
declare_measure(B, "founded", "属实", "查实、交办整改的。")
declare_measure(B, "unfounded", "不属实", "查了，不属实的。")
declare_measure(B, "unclear", "证据不够", "查了，证据不够的。")
declare_measure(B, "withdrawn", "撤回", "反映的人自己撤回的。")
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(B, _card, _label, f"期限上发出的{_label}。", unit="次")
declare_rate(
    B,
    "in_time",
    "按时答复率",
    "承诺日子以前答复的，占已答复的。",
    part=("answered_in_time",),
    whole=("answered",),
)
declare_rate(
    B,
    "founded",
    "属实率",
    "查实的，占已答复的；不是越高越好。",
    part=("founded",),
    whole=("answered",),
    good="",
)
declare_board(
    Board(
        B,
        "十必办十不准",
        came="received",
        cards=(RateCard("in_time", "件答复"), RateCard("founded", "件答复")),
        lines=("in_time",),
        rates=("in_time", "founded"),
        acts=("taken", "founded", "unfounded", "unclear", "withdrawn"),
        order=62,
    )
)
