"""What inspections count: a visit once however many bodies make it, by kind; guidance is never counted as one."""

from qiying.capabilities.inspections.services.visit import RESULTS
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "inspection"
MEASURES = (
    ("proposed", "提请检查", "提请负责人批准的检查，几个单位并成一次的算一次。", "次"),
    ("made", "入企检查", "执法人员进了门的检查，几个单位一起去的算一次；日常、个案、专项都算。", "次"),
    ("planned_made", "计划内检查", "进了门的日常检查和专项检查，个案检查不算。", "次"),
    ("joint", "联合检查", "两个以上单位一起去的日常检查和专项检查，算一次。", "次"),
    ("body_visits", "单位次", "每个单位去一次算一次；一起去的，几个单位就是几个单位次。", "单位次"),
    ("dropped", "没去的检查", "没有批准或者取消了的。", "次"),
    ("declared", "企业说了守不守规矩", "检查以后企业回答了八个不得的。", "次"),
    ("complained", "企业投诉检查", "企业对一次检查投诉、进了诉求池的。", "件"),
    ("voided", "作废", "立错了的，记录都还在。", "次"),
    *((f"result_{code}", label, f"结果是“{label}”的检查。", "次") for code, label in RESULTS.items()),
)
for _code, _label, _sentence, _unit in MEASURES:
    declare_measure(P, _code, _label, _sentence, unit=_unit)
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(P, _card, _label, f"期限上发出的{_label}。", unit="次")
JOINT = "两个以上单位一起去的，占进了门的日常检查和专项检查；一次算一次，个案检查分子、分母都不进。"
CLEAN = "没有发现问题的，占出了结果的检查。"
ENDED = tuple(f"result_{code}" for code in RESULTS)
declare_rate(P, "joint", "协同高效监管执法率", JOINT, part=("joint",), whole=("planned_made",))
declare_rate(P, "clean", "没发现问题", CLEAN, part=("result_none",), whole=ENDED, good="")
declare_board(
    Board(
        P, "涉企检查", came="made", lines=("joint",), rates=("joint", "clean"), order=46,
        cards=(RateCard("joint", "次计划内检查"), RateCard("clean", "次出了结果的检查")),
        acts=("planned_made", "joint", "body_visits", "complained", "declared", "dropped"),
    )
)  # fmt: skip
