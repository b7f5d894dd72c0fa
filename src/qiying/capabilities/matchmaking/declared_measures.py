"""What matchmaking counts, each with its denominator; the words stand in the file beside it."""

from pathlib import Path

from qiying.capabilities.matchmaking.rules.words import REASONS
from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "matchmaking"
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
for _code, (_label, _about, _unit) in TOLD["measures"].items():
    declare_measure(P, _code, _label, _about, unit=_unit)
for _code, _label in REASONS.items():
    declare_measure(P, f"dead_{_code}", f"没成（{_label}）", f"因为{_label}没成的意向。", unit="个")
for _code, _label, _about, _part, _whole, _good, _out in TOLD["rates"]:
    declare_rate(P, _code, _label, _about, part=tuple(_part), whole=tuple(_whole), good=_good, left_out=_out)
declare_board(
    Board(
        P, "链链看", came="intents", lines=("landed_share",), permission="matchmaking.watch", order=88,
        cards=(RateCard("landed_share", "个意向"), RateCard("matched_share", "次回复")),
        rates=("landed_share", "dead_share", "money_share", "matched_share"),
        acts=("intent_yuan", "landed_yuan", "contracts", "contract_yuan", "dead", "unconfirmed", "postings", "asked",
              "sessions", "firms_met"),
        months=12,
    )
)  # fmt: skip
