"""What projects count, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P, S, A = "project", "project_stage", "project_approval"
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
for _of, _measures in TOLD["measures"].items():
    for _code, (_label, _about, *_unit) in {**_measures, **TOLD["every"]}.items():
        declare_measure(_of, _code, _label, _about, unit=_unit[0] if _unit else "件")
for _code, (_label, _about, _bucket) in TOLD["histograms"].items():
    declare_measure(P, _code, _label, _about, unit="个", bucket=_bucket)
for _of, _code, _label, _about, _part, _whole, _good in TOLD["rates"]:
    declare_rate(_of, _code, _label, _about, part=tuple(_part), whole=tuple(_whole), good=_good)
declare_board(
    Board(
        P, "项目推进", came="signed", permission="projects.watch", order=88, lines=("freed",),
        cards=(RateCard("freed", "次卡住"), RateCard("green", "次申请")), rates=("freed", "green"),
        acts=("signed_large", "landed", "landed_large", "started", "produced", "looks", "green_given", "stuck"),
    )
)  # fmt: skip
declare_board(
    Board(
        A, "项目审批", came="received", permission="projects.watch", order=89, lines=("in_time",),
        cards=(RateCard("in_time", "件决定"), RateCard("turned", "件影子批文")), rates=("in_time", "turned"),
        unit_rates={"in_time": "按时率"}, acts=("shadow", "turned", "green", "used"),
    )
)  # fmt: skip
