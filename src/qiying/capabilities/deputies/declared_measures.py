"""What deputies' proposals count, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.capabilities.deputies.rules import CODES, REFUSALS
from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "deputy_proposal"
EVERY = {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办", "voided": "作废"}
for _code, (_label, _about, *_unit) in told_in(Path(__file__).with_suffix(".yaml")).items():
    declare_measure(P, _code, _label, _about, unit=_unit[0] if _unit else "件")
for _code, _label in EVERY.items():
    declare_measure(P, _code, _label, f"期限上发出的{_label}，或者登记错了作废的。", unit="次")
for _code, _label in REFUSALS.items():
    declare_measure(P, f"refused_{_code}", f"没有作为建议（{_label}）", f"因为{_label}没有受理的。")
for _code, _label in CODES.items():
    declare_measure(P, f"code_{_code.lower()}", f"办结（{_label}）", f"办结时办理结果是“{_label}”的建议。")
    part, about = (f"code_{_code.lower()}",), f"办结的里，{_label}的占多少。"
    declare_rate(P, f"share_{_code.lower()}", f"{_code} 类占比", about, part=part, whole=("closed",), good="")
declare_rate(
    P, "in_time", "按时答复率", "答复里，在期限以内的占多少。",
    part=("answered_in_time",), whole=("answered_in_time", "answered_late"),
)  # fmt: skip
declare_rate(
    P, "content", "代表满意率", "评价的人次里，满意和基本满意的占多少。",
    part=("satisfied", "fair"), whole=("satisfied", "fair", "dissatisfied"),
    left_out="没有表态的不算满意，单独列",
)  # fmt: skip
declare_board(
    Board(
        P, "代表建议", came="received", lines=("in_time", "content"), permission="oversight.view", order=80,
        cards=(RateCard("in_time", "件答复"), RateCard("content", "件评价"), RateCard("share_a", "件办结")),
        unit_rates={"in_time": "按时答复率", "content": "代表满意率"},
        rates=("in_time", "content", "share_a", "share_b", "share_c", "share_d"),
        acts=("refused", "returned", "talks", "sent_back", "again", "unconfirmed", "joint", "conflicts"),
    )
)  # fmt: skip
