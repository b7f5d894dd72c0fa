"""What financing counts, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

TOLD = told_in(Path(__file__).with_suffix(".yaml"))
for _of, _measures in TOLD["measures"].items():
    for _code, (_label, _about, *_unit) in {
        **_measures,
        **(TOLD["every"] if _of in TOLD["cases"] else {}),
    }.items():
        declare_measure(_of, _code, _label, _about, unit=_unit[0] if _unit else "件")
declare_measure(*TOLD["days"][:4], unit="件", bucket=TOLD["days"][4])
for _of, _code, _label, _about, _part, _rest, _good in TOLD["rates"]:
    declare_rate(_of, _code, _label, _about, part=tuple(_part), whole=(*_part, *_rest), good=_good)
declare_board(
    Board(
        "financing_request", "融资申请", came="received", lines=("agreed",), permission="financing.figures", order=88,
        cards=(RateCard("agreed", "件有结果"),), rates=("agreed",), acts=("asked", "agreed", "none", "dropped"),
    )
)  # fmt: skip
declare_board(
    Board(
        "financing_part", "金融机构答复", came="received", lines=("in_time", "offered"), order=89,
        permission="financing.figures", cards=(RateCard("in_time", "份答复"), RateCard("offered", "份答复")),
        rates=("in_time", "offered"), acts=("offered", "refused", "asked_more", "accepted"),
        unit_rates={"in_time": "按时答复率"},
    )
)  # fmt: skip
declare_board(
    Board(
        "financing_line", "授信", came="lines", permission="financing.figures", order=90,
        cards=(RateCard("confirmed", "笔有结论"),), rates=("confirmed",),
        acts=("line_yuan", "unsecured_yuan", "draws", "drawn_yuan", "repaid_yuan", "declined", "ignored"),
    )
)  # fmt: skip
