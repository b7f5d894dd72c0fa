"""What penalties count."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

PENALTY = "penalty"
declare_measure(PENALTY, "filed", "立案", "立案调查的违法行为。")
declare_measure(PENALTY, "decided", "决定处罚", "负责人决定处罚的。")
declare_measure(PENALTY, "spared", "不予处罚", "按第三十三条不予处罚的：轻微不罚、首违可不罚、无主观过错。")
declare_measure(PENALTY, "papers_together", "三书同达", "三份文书一次送达、一份回证的。")
declare_measure(PENALTY, "papers_alone", "只送决定书", "简易程序、只有警告通报批评、公告送达的。")
declare_measure(PENALTY, "published", "公示", "公示了并交给信用修复的。")
declare_measure(PENALTY, "performed", "履行完", "履行完、结案的。")
declare_measure(PENALTY, "overturned", "变更、撤销", "决定变更或者撤销的。")
declare_measure(PENALTY, "sealed", "查封、扣押", "查封、扣押的次数，当场采取的也算。")
declare_measure(
    PENALTY, "reported_in_time", "紧急的 24 小时内报告了", "当场查封、扣押，24 小时内负责人决定的。"
)
declare_measure(PENALTY, "reported_late", "紧急的报告晚了", "当场查封、扣押，过了 24 小时负责人才决定的。")
declare_measure(PENALTY, "voided", "作废", "立错了的，记录都还在。")
declare_rate(
    PENALTY,
    "together",
    "三书同达率",
    "三份文书一次送达的，占送达了的；简易程序、只有警告通报批评、公告送达的不进分子。",
    part=("papers_together",),
    whole=("papers_together", "papers_alone"),
)
declare_rate(
    PENALTY,
    "spared",
    "不予处罚",
    "按第三十三条不予处罚的，占决定了的。",
    part=("spared",),
    whole=("spared", "decided"),
    good="",
)
declare_board(
    Board(
        PENALTY,
        "行政处罚",
        came="filed",
        cards=(RateCard("together", "件送达"), RateCard("spared", "件决定")),
        lines=("together",),
        rates=("together", "spared"),
        acts=("decided", "spared", "papers_together", "papers_alone", "published", "performed", "overturned"),
        order=47,
    )
)

for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(PENALTY, _card, _label, f"期限上发出的{_label}。", unit="次")
