"""What mediation counts, each with its denominator."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

M = "mediation"
MEASURES = {
    "received": ("申请调解", "企业申请、法院转来、诉求转来的，一件算一次。"),
    "from_court": ("法院转来的", "法院委派、委托的。"),
    "from_pool": ("诉求转来的", "从一件诉求转来的。"),
    "consented": ("双方同意的", "双方都同意、开始选调解员的。"),
    "declined": ("不同意的", "一方明确拒绝，没有开始的。"),
    "unanswered": ("没有回音的", "到期没有回音，不算同意。"),
    "disclosed": ("披露利害关系的", "调解员披露了关系、请双方决定的。"),
    "left": ("换调解员的", "调解员回避、退出的次数。"),
    "extended": ("延长的", "双方同意延长的次数。"),
    "settled": ("达成协议的", "协议盖章生效的。"),
    "settled_in_time": ("期限内达成的", "在调解期限（含延长）以内生效的。"),
    "settled_late": ("超期达成的", "过了期限才生效的。"),
    "failed": ("没有达成的", "一方不再调解、谈不拢、到期、可能虚假的。"),
    "fake": ("可能虚假调解的", "停止并报告的，也在没有达成里。"),
    "confirmed": ("司法确认有效的", "法院裁定有效的。"),
    "rejected": ("司法确认驳回的", "法院裁定驳回的。"),
    "breached": ("反映没有履行的", "到期没有履行的项数。"),
    "performed": ("履行完的", "协议的每一项都履行了的。"),
    "unperformed": ("没有履行完的", "没有履行、结束的。"),
    "archived": ("归档的", "归了档的。"),
    "withdrawn": ("撤回的", "申请企业撤回的。"),
    "voided": ("作废的", "登记错了、两个人核对以后作废的。"),
}
UNITS = {
    "yuan": ("协议金额", "协议写的金额合计。", "元"),
    "saved": ("节省诉讼费", "按争议金额的受理费减半（第十五条）算，样例口径。", "元"),
    "sessions": ("开了几次", "约了的调解次数。", "次"),
    "urged": ("督促履行", "督促的次数。", "次"),
    "duties_in_time": ("按期履行的项", "到期以前履行的。", "项"),
    "duties_late": ("逾期履行的项", "过了期才履行的。", "项"),
    "reminder": ("提醒", "期限上发出的提醒。", "次"),
    "yellow": ("黄牌", "期限上发出的黄牌。", "次"),
    "red": ("红牌", "期限上发出的红牌。", "次"),
    "urging": ("催办", "期限上发出的催办。", "次"),
}
for _code, (_label, _about) in MEASURES.items():
    declare_measure(M, _code, _label, _about)
for _code, (_label, _about, _unit) in UNITS.items():
    declare_measure(M, _code, _label, _about, unit=_unit)
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
