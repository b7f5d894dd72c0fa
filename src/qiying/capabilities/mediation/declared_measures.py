"""What mediation counts, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

M = "mediation"
for _code, (_label, _about, *_unit) in told_in(Path(__file__).with_suffix(".yaml")).items():
    declare_measure(M, _code, _label, _about, unit=_unit[0] if _unit else "件")
declare_rate(
    M, "success", "调解成功率", "达成协议的，占双方同意以后有结果的。", part=("settled",), whole=("settled", "failed"),
)  # fmt: skip
declare_rate(
    M, "in_time", "期限内达成率", "在调解期限以内生效的，占达成协议的。", part=("settled_in_time",),
    whole=("settled_in_time", "settled_late"),
)  # fmt: skip
declare_rate(
    M, "kept", "履行率", "履行完的，占履行有结果的。", part=("performed",), whole=("performed", "unperformed"),
)  # fmt: skip
declare_board(
    Board(
        M, "调解", came="received", lines=("success", "kept"), order=87, permission="mediation.view",
        cards=(RateCard("success", "件有结果"), RateCard("in_time", "件协议"), RateCard("kept", "件履行有结果")),
        rates=("success", "in_time", "kept"),
        acts=("from_court", "declined", "settled", "failed", "confirmed", "performed", "breached", "disclosed"),
    )
)  # fmt: skip
