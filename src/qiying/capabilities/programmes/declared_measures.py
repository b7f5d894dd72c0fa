"""What tasks count: given, reported in time, written off, sent back, found to be on paper only."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "task"
declare_measure(P, "given", "交了任务", "交给责任单位的任务，一件算一件。")
declare_measure(P, "stated", "填进展", "责任单位填的每月进展。", unit="次")
declare_measure(P, "stated_in_time", "按时填进展", "在当月最迟日以前填的。", unit="次")
declare_measure(P, "claimed", "报完成", "责任单位报完成的次数，退回以后再报再算。", unit="次")
declare_measure(P, "claimed_in_time", "按期报完成", "在期限（含批准的延期）以内报完成的。", unit="次")
declare_measure(P, "written_off", "核销", "核销单位查了证据、核销的。")
declare_measure(P, "sent_back", "退回", "报了完成、查了不算、退回去的。", unit="次")
declare_measure(P, "looked_back", "回头看", "核销以后再去看的。", unit="次")
declare_measure(P, "held", "真的解决", "回头看，真的解决了的。", unit="次")
declare_measure(P, "on_paper", "纸面销号", "回头看，只是纸面上解决、重新办的。", unit="次")
declare_measure(P, "extended", "延期", "批准延期的次数。", unit="次")
declare_measure(P, "adjusted", "调整", "核销单位调整任务的次数。", unit="次")
declare_measure(P, "dropped", "撤下", "方案改了、不再要求办的。")
declare_measure(P, "voided", "作废", "立错了的，记录都还在。")
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(P, _card, _label, f"期限上发出的{_label}。", unit="次")
declare_rate(
    P,
    "in_time",
    "按期报完成率",
    "按期报完成的，占全部报完成。",
    part=("claimed_in_time",),
    whole=("claimed",),
)
declare_rate(
    P,
    "stated_in_time",
    "按时填进展率",
    "按时填的进展，占全部进展。",
    part=("stated_in_time",),
    whole=("stated",),
)
declare_rate(
    P,
    "accepted",
    "一次核销率",
    "核销的，占核销和退回的合计。",
    part=("written_off",),
    whole=("written_off", "sent_back"),
)
declare_rate(
    P, "held", "回头看真解决率", "真的解决的，占全部回头看。", part=("held",), whole=("looked_back",)
)
declare_board(
    Board(
        P,
        "任务",
        came="given",
        cards=(
            RateCard("in_time", "次报完成"),
            RateCard("accepted", "次判断"),
            RateCard("held", "次回头看"),
        ),
        lines=("in_time", "held"),
        unit_rates={"in_time": "按期报完成率", "stated_in_time": "按时填进展率"},
        rates=("in_time", "stated_in_time", "accepted", "held"),
        acts=("written_off", "sent_back", "looked_back", "on_paper", "extended", "dropped", "yellow", "red"),
        order=60,
    )
)
