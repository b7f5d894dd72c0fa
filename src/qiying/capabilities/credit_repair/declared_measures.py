"""What repairs count: repaired, online, how long; the acts do the counting."""

from qiying.capabilities.credit_repair.services.acts import REFUSALS
from qiying.kernel.figures.boards import Board, Days, Definition, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "credit_repair"
DAYS = "工作日，材料齐全当天是 0"
declare_measure(P, "received", "申请", "修复和异议的申请，一条记录一次算一件。")
declare_measure(P, "received_online", "网上申请", "企业自己在网上申请的，窗口代办的不算。")
declare_measure(P, "accepted", "受理", "窗口看过材料、转给认定单位的。")
declare_measure(P, "material_asked", "请补材料", "请企业补材料的次数，一次把缺的都说全。", unit="次")
declare_measure(P, "decided", "出结果", "决定同意或者不同意的，重新审核的再算。")
declare_measure(P, "decision_days", "几个工作日出结果", "从材料齐全到决定过了几个工作日。", bucket=DAYS)
declare_measure(P, "work_minutes", "办了多久", "从材料齐全到决定的工作时间。", unit="分钟")
declare_measure(P, "within_day", "一日办结", "材料齐全以后 1 个工作日内决定的。")
declare_measure(P, "within_law", "法定时限内", "受理以后在法定时限（含延长）里决定的。")
declare_measure(P, "repaired", "修复", "同意修复的记录，撤销的不减。", unit="条")
declare_measure(P, "repaired_online", "网上修复", "企业自己在网上申请、同意修复的。", unit="条")
declare_measure(P, "corrected", "异议成立", "异议成立、更正或者撤销的记录。", unit="条")
declare_measure(P, "refused", "不同意", "不同意修复或者异议不成立的，写明理由和什么时候再来。")
for _kind, _words in REFUSALS.items():
    declare_measure(P, f"refused_{_kind}", f"不同意（{_words}）", f"因为{_words}不同意的。")
declare_measure(P, "places_stopped", "撤下公示", "登记了回执的，一处算一处。", unit="处")
declare_measure(P, "falsified", "材料虚假", "查明材料虚假、修复撤销的。")
declare_measure(P, "appealed", "申请复核", "不服决定、申请督查部门复核的。")
declare_measure(P, "appeal_upheld", "复核成立", "督查部门认为企业有理、重新审核的。")
declare_measure(P, "withdrawn", "企业撤回", "企业自己撤回的。")
declare_measure(P, "voided", "作废", "立错了的件，记录都还在。")
for _card, _label in {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}.items():
    declare_measure(P, _card, _label, f"期限上发出的{_label}。", unit="次")
declare_rate(
    P,
    "within_day",
    "一日办结率",
    "材料齐全以后 1 个工作日内决定的，占出结果的。",
    part=("within_day",),
    whole=("decided",),
)
declare_rate(
    P,
    "online",
    "网上申请率",
    "企业自己在网上申请的，占全部申请。",
    part=("received_online",),
    whole=("received",),
)
declare_rate(
    P,
    "within_law",
    "法定时限内",
    "法定时限（含批准的延长）内决定的，占出结果的。",
    part=("within_law",),
    whole=("decided",),
)
declare_rate(
    P,
    "agreed",
    "修复率",
    "同意修复的，占修复和不同意的合计。",
    part=("repaired",),
    whole=("repaired", "refused"),
    good="",
)
declare_board(
    Board(
        P,
        "信用修复",
        came="received",
        cards=(
            RateCard("within_day", "件出结果"),
            RateCard("online", "件申请"),
            RateCard("within_law", "件出结果"),
        ),
        days=Days("decision_days", "平均几个工作日出结果", "从材料齐全到决定", "材料齐全当天是 0 天"),
        lines=("within_day", "online"),
        unit_rates={"within_day": "一日办结率", "within_law": "法定时限内"},
        rates=("within_day", "online", "within_law", "agreed"),
        acts=(
            "repaired",
            "corrected",
            "refused",
            "material_asked",
            "places_stopped",
            "falsified",
            "appealed",
        ),
        definitions=(
            Definition(
                "hours",
                "平均办了几小时",
                "从材料齐全到决定的工作时间，除以出结果的件数。",
                "出结果的件",
                "决定那一刻",
            ),
        ),
        order=40,
    )
)
