"""What the legal environment counts, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

F, C, Q = "fair_review", "enforcement_complaint", "ip_request"
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
for _of, _measures in TOLD["measures"].items():
    for _code, (_label, _about, *_unit) in {**_measures, **TOLD["every"]}.items():
        declare_measure(_of, _code, _label, _about, unit=_unit[0] if _unit else "件")
for _of, _code, _label, _about, _part, _rest, _good in TOLD["rates"]:
    declare_rate(_of, _code, _label, _about, part=tuple(_part), whole=(*_part, _rest), good=_good)
declare_board(
    Board(
        F, "公平竞争审查", came="received", lines=("passed",), permission="legal.fair", order=84,
        cards=(RateCard("passed", "件有结论"), RateCard("in_time", "份意见")), rates=("passed", "in_time"),
        acts=("flag_block", "flag_look", "revising", "passed", "failed"),
    )
)  # fmt: skip
declare_board(
    Board(
        C, "执法堵点", came="received", lines=("in_time", "founded"), permission="legal.analysis", order=85,
        cards=(RateCard("in_time", "件结论"), RateCard("founded", "件结论"), RateCard("correct_in_time", "次改正")),
        rates=("in_time", "founded", "correct_in_time"),
        acts=("declined", "founded", "unfounded", "sent_back", "corrected"),
        unit_rates={"correct_in_time": "按时改正率"},
    )
)  # fmt: skip
declare_board(
    Board(
        Q, "知识产权一件事", came="received", lines=("in_time", "helped"), permission="legal.fair", order=86,
        cards=(RateCard("in_time", "件答复"), RateCard("helped", "件答复")), rates=("in_time", "helped"),
        acts=("records", "solved", "eased", "explained"),
    )
)  # fmt: skip
