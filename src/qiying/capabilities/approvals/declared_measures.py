"""What applications count: asked, decided, in time, online, taken back."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

SHARED = (
    ("received", "收到的申请", "交上来的，一件算一件；一件事里的每一项也各算一项。"),
    ("online", "网上交的", "在网页或手机上交的，窗口录的和整批受理的不算。"),
    ("sole_trader", "个体工商户的", "个体工商户开办、变更、注销和他们办的其他事。"),
    ("sole_trader_online", "个体工商户网上办的", "个体工商户在网上交的。"),
    ("granted", "准予", "决定准予的。"),
    ("refused", "不予", "决定不予的。"),
    ("in_time", "承诺时限内办完", "在承诺的时限内作出决定的。"),
    ("late", "超过承诺时限", "晚于承诺的时限才作出决定的。"),
    ("material_asked", "一次性告知", "缺材料，一次告知的。"),
    ("withdrawn", "撤回", "申请人自己撤回的。"),
)
ITEM = (
    ("not_accepted", "不予受理", "没有受理的。"),
    ("committed", "按承诺准予", "先承诺、后补材料准予的。"),
    ("commitments_checked", "核查了的承诺", "事后去核查了的承诺。"),
    ("revoked", "撤销", "准予以后撤销的。"),
    ("appealed", "申请复核", "对决定不服、申请复核的。"),
    ("appeal_changed", "复核改了", "复核以后重新办理的。"),
    ("offline", "转纸面办理", "部门系统停用、在纸上办的。"),
)
BUNDLE = (
    ("partly", "办好一部分", "有的项准予、有的项不予的。"),
    ("parts_refused", "没有办成的项", "一件事里不予的项。"),
    ("joint_visits", "联合踏勘", "几个部门一起去看了一次的。"),
    ("escorted", "有人领办", "定了领办人、办完了的。"),
    ("days_saved", "领办省下的工作日", "比平常少用的工作日，按清单里写的平常天数算。"),
    ("packages_revoked", "汇总凭证失效", "办完以后其中一项被撤销的。"),
)
UNITS = {"days_saved": "个工作日", "joint_visits": "次", "parts_refused": "项"}
BOARDS = (("item_application", "事项审批", ITEM, 71), ("bundle_application", "一件事", BUNDLE, 72))
for _procedure, _label, _own, _order in BOARDS:
    for _code, _words, _sentence in (*SHARED, *_own):
        declare_measure(_procedure, _code, _words, _sentence, unit=UNITS.get(_code, "件"))
    declare_rate(
        _procedure, "in_time_share", "承诺时限内办结率", "作了决定的里面，在承诺的时限内的占多少。",
        part=("in_time",), whole=("in_time", "late"), left_out="撤回的、没有受理的不在里面",
    )  # fmt: skip
    declare_rate(
        _procedure, "online_share", "网上办理率", "收到的申请里，网上交的占多少。", part=("online",),
        whole=("received",),
    )  # fmt: skip
    declare_rate(
        _procedure, "sole_trader_online_share", "个体工商户网办率", "个体工商户的申请里，网上交的占多少。",
        part=("sole_trader_online",), whole=("sole_trader",),
    )  # fmt: skip
    declare_board(
        Board(
            procedure=_procedure,
            label=_label,
            came="received",
            cards=(RateCard("in_time_share", "件"), RateCard("sole_trader_online_share", "件")),
            rates=("in_time_share", "online_share", "sole_trader_online_share"),
            acts=tuple(_code for _code, _, _ in _own),
            permission="approvals.applications",
            order=_order,
        )
    )
