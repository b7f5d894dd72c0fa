"""What oversight counts, each with its denominator."""

from qiying.capabilities.oversight.models.routes import ROUTES
from qiying.capabilities.oversight.rules.proposals import CODES, REFUSALS
from qiying.capabilities.oversight.services.routes import DECISIONS
from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "deputy_proposal"
declare_measure(P, "received", "提出的代表建议", "代表提的和人大机关代登的，一件算一次。")
declare_measure(P, "joint", "联名提出的", "几位代表一起提的建议。")
declare_measure(P, "conflicts", "声明利害关系的", "涉及代表自己的企业、写明了利害关系的建议。")
declare_measure(P, "key", "重点督办的", "主任会议确定、领导领衔督办的建议。")
declare_measure(P, "accepted", "受理的", "审查以后交办的，退回再交办的不重复算。")
declare_measure(P, "accepted_in_time", "按时受理的", "在告知受理的期限以内交办的。")
declare_measure(P, "accepted_late", "超期受理的", "过了告知受理的期限才交办的。")
declare_measure(P, "refused", "没有作为建议的", "不宜作为建议、写明了理由的。")
for _kind, _words in REFUSALS.items():
    declare_measure(P, f"refused_{_kind}", f"没有作为建议（{_words}）", f"因为{_words}没有受理的。")
declare_measure(P, "assigned", "交办的次数", "交给承办单位的次数，退回再交办的再算。", unit="次")
declare_measure(P, "complex", "复杂的", "按 6 个月答复的建议。")
declare_measure(P, "returned", "退回的", "承办单位说明理由、人大机关同意退回的次数。", unit="次")
declare_measure(P, "talks", "和代表沟通", "承办单位记下的沟通次数。", unit="次")
declare_measure(P, "co_in_time", "按时交的会办意见", "在期限以内交给承办单位的会办意见。", unit="份")
declare_measure(P, "co_late", "超期交的会办意见", "过了期限才交的会办意见。", unit="份")
declare_measure(P, "answered", "答复的", "书面答复代表的次数，重新办理的再算。", unit="次")
declare_measure(P, "answered_in_time", "按时答复的", "在期限以内答复的次数。", unit="次")
declare_measure(P, "answered_late", "超期答复的", "过了期限才答复的次数。", unit="次")
declare_measure(P, "satisfied", "满意", "代表评价满意的人次。", unit="人次")
declare_measure(P, "fair", "基本满意", "代表评价基本满意的人次。", unit="人次")
declare_measure(P, "dissatisfied", "不满意", "代表评价不满意的人次，后来满意的也不减。", unit="人次")
declare_measure(P, "sent_back", "人大机关退回的", "答复没有回应建议、退回再办的次数。", unit="次")
declare_measure(P, "again", "重新办理", "不满意或者退回以后再办的次数。", unit="次")
declare_measure(P, "unconfirmed", "没有表态的", "过了评价的时间、两个人核对以后办结的，不算满意。")
declare_measure(P, "closed", "办结的代表建议", "代表评价过或者没有表态、办结的建议。")
for _code, _words in CODES.items():
    declare_measure(P, f"code_{_code.lower()}", f"办结（{_words}）", f"办结时办理结果是“{_words}”的建议。")
declare_measure(P, "withdrawn", "撤回的代表建议", "代表自己撤回的。")
declare_measure(P, "voided", "作废的代表建议", "立错了的件，记录都还在。")
M = "supervised_matter"
declare_measure(M, "received", "交办的监督事项", "人大机关登记、交给承办单位的，一件算一次。")
for _kind, _words in ROUTES.items():
    declare_measure(M, f"route_{_kind}", _words, f"按清单{_words}的监督事项。")
declare_measure(M, "meetings", "协调会", "领衔办的事项开的协调会。", unit="次")
declare_measure(M, "objections", "提出异议", "对强制措施提出、写明理由和条款的异议。", unit="次")
for _kind, _words in DECISIONS.items():
    declare_measure(
        M, f"objection_{_kind}", f"异议的决定：{_words}", f"作出措施的单位决定{_words}的。", unit="次"
    )
declare_measure(M, "result_in_time", "按时给结果", "在清单写的时间以内给结果的次数。", unit="次")
declare_measure(M, "result_late", "超期给结果", "过了清单写的时间才给结果的次数。", unit="次")
declare_measure(M, "solved", "办结的监督事项", "人大机关看过凭据、审核办结的。")
declare_measure(M, "sent_back", "审核退回", "人大机关认为没解决、退回再办的次数。", unit="次")
declare_measure(M, "voided", "作废的监督事项", "登记错了的，记录都还在。")
declare_rate(
    M,
    "in_time",
    "按时率",
    "给结果的里，在时间以内的占多少。",
    part=("result_in_time",),
    whole=("result_in_time", "result_late"),
)
declare_rate(
    M, "lifted", "异议成立率", "决定了的异议里，撤销、变更的占多少。",
    part=("objection_lifted", "objection_changed"),
    whole=("objection_lifted", "objection_changed", "objection_kept"), good="",
)  # fmt: skip
declare_board(
    Board(
        M, "监督事项", came="received", cards=(RateCard("in_time", "次结果"),), lines=("in_time",),
        unit_rates={"in_time": "按时率"}, rates=("in_time", "lifted"),
        acts=("route_competent", "route_led", "route_legal", "meetings", "objections", "solved", "sent_back"),
        permission="oversight.view", order=81,
    )
)  # fmt: skip
CARDS = {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办"}
for _of, _card, _words in ((of, *card) for of in (P, M) for card in CARDS.items()):
    declare_measure(_of, _card, _words, f"期限上发出的{_words}。", unit="次")
declare_rate(
    P,
    "in_time",
    "按时答复率",
    "答复里，在期限以内的占多少。",
    part=("answered_in_time",),
    whole=("answered_in_time", "answered_late"),
)
declare_rate(
    P,
    "content",
    "代表满意率",
    "评价的人次里，满意和基本满意的占多少。",
    part=("satisfied", "fair"),
    whole=("satisfied", "fair", "dissatisfied"),
    left_out="没有表态的不算满意，单独列",
)
declare_rate(
    P,
    "solved",
    "解决率（A 类）",
    "办结的里，已经解决或者基本解决的占多少。",
    part=("code_a",),
    whole=("closed",),
)
for _code in "BCD":
    declare_rate(
        P,
        f"share_{_code.lower()}",
        f"{_code} 类占比",
        f"办结的里，{CODES[_code]}的占多少。",
        part=(f"code_{_code.lower()}",),
        whole=("closed",),
        good="",
    )
declare_board(
    Board(
        P,
        "代表建议",
        came="received",
        cards=(
            RateCard("in_time", "次答复"),
            RateCard("content", "人次评价"),
            RateCard("solved", "件办结"),
        ),
        lines=("in_time", "content"),
        unit_rates={"in_time": "按时答复率", "content": "代表满意率"},
        rates=("in_time", "content", "solved", "share_b", "share_c", "share_d"),
        acts=(
            "refused",
            "returned",
            "talks",
            "sent_back",
            "again",
            "unconfirmed",
            "key",
            "joint",
            "conflicts",
        ),
        permission="oversight.view",
        order=80,
    )
)
