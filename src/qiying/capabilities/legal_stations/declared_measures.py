"""What legal service at stations counts; never what was asked."""

from qiying.capabilities.legal_stations.rules import KINDS
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

A = "legal_advice"
MEASURES = {
    "received": ("法律咨询", "企业问的和律师记的，一件算一次。"),
    "cleared": ("问清楚了", "企业说够了、办结的。"),
    "to_mediation": ("转调解", "企业转给调解组织的。"),
    "to_pool": ("转成诉求", "企业提成诉求的。"),
    "withdrawn": ("撤回", "企业撤回的。"),
}
for _code, (_label, _about) in MEASURES.items():
    declare_measure(A, _code, _label, _about)
declare_measure(A, "advised", "律师答复", "律师答复的次数，再问再答的再算。", unit="次")
for _code, _label in KINDS.items():
    declare_measure(A, f"kind_{_code}", f"问{_label}", f"问的是{_label}的。")
declare_measure(A, "talks", "法律讲座", "在室站办的讲座。", unit="场")
declare_measure(A, "came", "来听的", "签到来听讲座的。", unit="人次")
declare_rate(
    A, "ended", "当场问清楚", "问清楚的，占有结果的。", part=("cleared",),
    whole=("cleared", "to_mediation", "to_pool"), good="",
)  # fmt: skip
declare_board(
    Board(
        A, "法律咨询", came="received", lines=("ended",), permission="legal_stations.view", order=88,
        cards=(RateCard("ended", "件有结果"),), rates=("ended",),
        acts=("advised", "to_mediation", "to_pool", "talks", *(f"kind_{code}" for code in KINDS)),
    )
)  # fmt: skip
