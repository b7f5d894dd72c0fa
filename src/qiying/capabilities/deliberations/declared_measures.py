"""What deliberations count, each in the month it happened; the words stand in the file beside it."""

from pathlib import Path

from qiying.kernel.cases.world import told_in
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "deliberations"
for _code, (_label, _about, *_unit) in told_in(Path(__file__).with_suffix(".yaml")).items():
    declare_measure(P, _code, _label, _about, unit=_unit[0] if _unit else "件")
declare_rate(
    P, "answered_share", "当场答清率", "问询里，当场判为答清楚的占多少；追问另算一问。",
    part=("answered_there",), whole=("questions",),
)  # fmt: skip
declare_rate(
    P, "done_share", "核销率", "通过的审议意见里，查了证据核销的占多少；重新打开的不扣，单独数。",
    part=("items_done",), whole=("items",), left_out="核销算在核销那个月，刚通过的还没来得及办",
)  # fmt: skip
declare_rate(
    P, "handed_share", "按时交办率", "交办了的里，在期限以内的占多少。",
    part=("handed_in_time",), whole=("handed_in_time", "handed_late"),
)  # fmt: skip
declare_rate(
    P, "reported_share", "按时报告率", "报告里，在期限以内的占多少。",
    part=("reported_in_time",), whole=("reported_in_time", "reported_late"),
)  # fmt: skip
declare_rate(
    P, "real_share", "见实效的", "听进展时逐条判的里，见了实效的占多少。",
    part=("heard_real",), whole=("heard_real", "heard_partly", "heard_none", "heard_paper"),
)  # fmt: skip
declare_board(
    Board(
        procedure=P, label="人大审议", came="items", lines=("done_share",), permission="deliberations.view", order=82,
        cards=(RateCard("done_share", "条审议意见"), RateCard("answered_share", "问")),
        rates=("answered_share", "done_share", "handed_share", "reported_share", "real_share"),
        acts=(
            "sittings", "members_there", "deputies_there", "leaders_there", "questions", "follow_ups", "opinions",
            "opinion_deputies", "characters", "hearings", "items_dropped", "items_again", "vote_good", "vote_fair",
            "vote_poor",
        ),
    )
)  # fmt: skip
