"""What supervised matters count, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

M = "supervised_matter"
EVERY = {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办", "voided": "作废"}
for _code, (_label, _about, *_unit) in told_in(Path(__file__).with_suffix(".yaml")).items():
    declare_measure(M, _code, _label, _about, unit=_unit[0] if _unit else "件")
for _code, _label in EVERY.items():
    declare_measure(M, _code, _label, f"期限上发出的{_label}，或者登记错了作废的。", unit="次")
declare_rate(
    M, "in_time", "按时率", "给结果的里，在时间以内的占多少。",
    part=("result_in_time",), whole=("result_in_time", "result_late"),
)  # fmt: skip
declare_rate(
    M, "lifted", "异议成立率", "决定了的异议里，撤销、变更的占多少。", good="",
    part=("objection_lifted", "objection_changed"),
    whole=("objection_lifted", "objection_changed", "objection_kept"),
)  # fmt: skip
declare_board(
    Board(
        M, "监督事项", came="received", lines=("in_time",), permission="oversight.view", order=81,
        cards=(RateCard("in_time", "件结果"),), unit_rates={"in_time": "按时率"}, rates=("in_time", "lifted"),
        acts=("route_competent", "route_led", "route_legal", "meetings", "objections", "solved", "sent_back"),
    )
)  # fmt: skip
