"""What inspections count: a visit once however many bodies make it, by kind; guidance is never counted here."""

from qiying.capabilities.inspections.services.visit import RESULTS
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "inspection"
declare_measure(P, "proposed", "提请检查", "提请负责人批准的检查，几个单位并成一次的算一次。", unit="次")
declare_measure(
    P, "made", "入企检查", "执法人员进了门的检查，几个单位一起去的算一次；日常、个案、专项都算。", unit="次"
)
declare_measure(P, "planned_made", "计划内检查", "进了门的日常检查和专项检查，个案检查不算。", unit="次")
declare_measure(P, "joint", "联合检查", "两个以上单位一起去的检查，算一次。", unit="次")
declare_measure(
    P, "body_visits", "单位次", "每个单位去一次算一次；一起去的，几个单位就是几个单位次。", unit="单位次"
)
declare_measure(P, "dropped", "没去的检查", "没有批准或者取消了的。", unit="次")
declare_measure(P, "declared", "企业说了守不守规矩", "检查以后企业回答了八个不得的。", unit="次")
declare_measure(P, "complained", "企业投诉检查", "企业对一次检查投诉、进了诉求池的。", unit="件")
declare_measure(P, "voided", "作废", "立错了的，记录都还在。", unit="次")
for _code, _label in RESULTS.items():
    declare_measure(P, f"result_{_code}", _label, f"结果是“{_label}”的检查。", unit="次")
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(P, _card, _label, f"期限上发出的{_label}。", unit="次")
declare_rate(
    P,
    "joint",
    "协同高效监管执法率",
    "两个以上单位一起去的检查，占进了门的日常检查和专项检查；一次算一次，个案检查不进分母。",
    part=("joint",),
    whole=("planned_made",),
)
declare_rate(
    P,
    "clean",
    "没发现问题",
    "没有发现问题的，占出了结果的检查。",
    part=("result_none",),
    whole=tuple(f"result_{code}" for code in RESULTS),
    good="",
)
declare_board(
    Board(
        P,
        "涉企检查",
        came="made",
        cards=(RateCard("joint", "次计划内检查"), RateCard("clean", "次出了结果的检查")),
        lines=("joint",),
        rates=("joint", "clean"),
        acts=("planned_made", "joint", "body_visits", "complained", "declared", "dropped"),
        order=46,
    )
)
