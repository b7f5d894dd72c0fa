"""What guidance counts; none of it is an inspection."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "guidance"
MEASURES = (
    ("asked", "合规指导", "企业提出的评估、专家上门，部门发起的约谈；不是检查，不算检查次数。", "件"),
    ("assessed", "自评", "企业填完自评表、算出分数的。", "次"),
    ("expert_visits", "专家上门", "安排了专家的，一次算一次；不算检查。", "次"),
    ("talks", "约谈", "记了约谈的。", "次"),
    ("committed", "企业承诺", "约谈后企业承诺照做的。", "次"),
    ("advised", "出建议", "出了建议、定了回头看日子的。", "件"),
    ("recheck_done", "做到了", "回头看都做到了的。", "件"),
    ("recheck_again", "接着指导", "回头看还差一些的。", "件"),
    ("withdrawn", "企业不要了", "企业自己撤回的。", "件"),
    ("voided", "作废", "立错了的，记录都还在。", "件"),
)
for _code, _label, _sentence, _unit in MEASURES:
    declare_measure(P, _code, _label, _sentence, unit=_unit)
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(P, _card, _label, f"期限上发出的{_label}。", unit="次")
LOOKED = ("recheck_done", "recheck_again")
declare_rate(P, "done", "建议做到", "回头看都做到了的，占回头看过的。", part=LOOKED[:1], whole=LOOKED)
declare_board(
    Board(
        P, "合规指导", came="asked", lines=("done",), rates=("done",), order=48,
        cards=(RateCard("done", "次回头看"),), acts=("assessed", "expert_visits", "talks", "committed", "advised"),
    )
)  # fmt: skip
