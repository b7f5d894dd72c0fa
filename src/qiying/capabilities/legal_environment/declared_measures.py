"""What the legal environment counts, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

F = "fair_review"
EVERY = {
    "reminder": "提醒",
    "yellow": "黄牌",
    "red": "红牌",
    "urging": "催办",
    "voided": "作废",
    "withdrawn": "撤回",
}
for _of, _measures in told_in(Path(__file__).with_suffix(".yaml")).items():
    for _code, (_label, _about, *_unit) in _measures.items():
        declare_measure(_of, _code, _label, _about, unit=_unit[0] if _unit else "件")
    for _code, _label in EVERY.items():
        declare_measure(_of, _code, _label, f"{_label}的次数。", unit="次")
declare_rate(
    F, "passed", "通过率", "有结论的审查里，通过的占多少。", part=("passed",), whole=("passed", "failed"), good="",
)  # fmt: skip
declare_rate(
    F, "in_time", "意见按时率", "市场监管局的意见里，在期限以内的占多少。",
    part=("opinion_in_time",), whole=("opinion_in_time", "opinion_late"),
)  # fmt: skip
declare_board(
    Board(
        F, "公平竞争审查", came="received", lines=("passed",), permission="legal.fair", order=84,
        cards=(RateCard("passed", "件有结论"), RateCard("in_time", "份意见")), rates=("passed", "in_time"),
        acts=("flag_block", "flag_look", "revising", "passed", "failed"),
    )
)  # fmt: skip
