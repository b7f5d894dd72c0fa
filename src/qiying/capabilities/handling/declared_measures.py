"""What agency, remote handling, matters nobody accepted and reminders count, in the month of the act."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

U = "unaccepted_matter"
declare_measure(U, "received", "收到的没有窗口收的事", "企业或窗口提来的，一件算一次。")
declare_measure(U, "taken", "接下的", "中心接下的。")
declare_measure(U, "owner_found", "定了谁来办的", "定下牵头单位的次数，退回再定的再算一次。", unit="次")
declare_measure(U, "owner_in_time", "按时定下的", "在期限以内定下牵头单位的次数。", unit="次")
declare_measure(U, "returned", "退回中心的", "牵头单位退回中心的次数。", unit="次")
declare_measure(U, "in_time", "按时办出结果的", "在答应的日子以前给结果的次数。", unit="次")
declare_measure(U, "late", "超期办出结果的", "过了答应的日子才给结果的次数。", unit="次")
declare_measure(U, "closed", "办结的", "中心核对办结的，重新办再办结的再算一次。", unit="次")
declare_measure(U, "closed_item", "成了事项的", "办成以后加进事项清单的。")
declare_measure(U, "closed_solved", "办成了、书面答复的", "办成了但只此一件的。")
declare_measure(U, "closed_explained", "办不了、书面说明的", "写明理由和依据的。")
declare_measure(U, "appealed", "申请复核的", "企业不同意，申请复核的次数。", unit="次")
declare_rate(
    U, "closed_share", "协调办结率", "收到的里，办结的占多少。", part=("closed",), whole=("received",),
    left_out="办结算在办结那个月，刚收到的还没来得及办",
)  # fmt: skip
declare_rate(
    U,
    "in_time_share",
    "按时率",
    "办出结果的里，在答应的日子以前的占多少。",
    part=("in_time",),
    whole=("in_time", "late"),
)
declare_board(
    Board(
        procedure=U,
        label="进不了窗口的事",
        came="received",
        cards=(RateCard("closed_share", "件收到的"), RateCard("in_time_share", "次结果")),
        rates=("closed_share", "in_time_share"),
        acts=(
            "taken",
            "owner_found",
            "returned",
            "closed_item",
            "closed_solved",
            "closed_explained",
            "appealed",
        ),
        permission="service_centre.view",
        order=71,
    )
)

A = "agency"
declare_measure(A, "received", "请中心代办的", "企业授权中心代办的件。")
declare_measure(A, "taken", "接下的代办", "核对了授权书、接下的。")
declare_measure(A, "steps", "代办了几步", "在授权以内替企业办的每一步。", unit="步")
declare_measure(A, "done", "代办办好的", "办好并告诉企业的，复核后再办好的再算一次。", unit="次")
declare_measure(A, "without_meeting", "不见面办好的", "企业全程没有到窗口的。", unit="次")
declare_measure(A, "in_time", "按时办好的代办", "在答应的日子以前办好的。", unit="次")
declare_measure(A, "late", "超期办好的代办", "过了答应的日子才办好的。", unit="次")
declare_measure(A, "refused", "没有接的代办", "写明理由没有接的。")
declare_measure(A, "appealed", "对代办申请复核的", "企业不同意，申请复核的次数。", unit="次")
declare_rate(
    A, "without_meeting_share", "不见面率", "办好的代办里，企业没有到过窗口的占多少。", part=("without_meeting",),
    whole=("done",),
)  # fmt: skip
declare_rate(
    A, "in_time_share", "按时率", "办好的代办里，按时的占多少。", part=("in_time",), whole=("in_time", "late")
)
declare_board(
    Board(
        procedure=A,
        label="代办",
        came="received",
        cards=(RateCard("without_meeting_share", "次办好"), RateCard("in_time_share", "次办好")),
        rates=("without_meeting_share", "in_time_share"),
        acts=("taken", "steps", "done", "without_meeting", "refused", "appealed"),
        permission="service_centre.view",
        order=72,
    )
)

Y = "remote_handling"
declare_measure(Y, "received", "异地通办收到的", "两个方向合起来，一件算一次。")
declare_measure(Y, "received_in", "外地的人在本区办的", "伙伴地区窗口发来、本区办的。")
declare_measure(Y, "received_out", "本区企业在外地办的", "本区发过去、伙伴地区办的。")
declare_measure(Y, "taken", "接下的异地件", "办理窗口接下的。")
declare_measure(Y, "done", "异地办好的", "办好并送回的。", unit="次")
declare_measure(Y, "done_in", "本区替外地办好的", "伙伴地区发来、本区办好的。", unit="次")
declare_measure(Y, "done_out", "外地替本区办好的", "本区发过去、伙伴地区办好的。", unit="次")
declare_measure(Y, "in_time", "按时办好的异地件", "在答应的日子以前办好的。", unit="次")
declare_measure(Y, "late", "超期办好的异地件", "过了答应的日子才办好的。", unit="次")
declare_measure(Y, "refused", "异地办不了的", "写明理由办不了的。")
declare_measure(Y, "appealed", "对异地件申请复核的", "申请复核的次数。", unit="次")
declare_rate(
    Y,
    "in_time_share",
    "按时率",
    "办好的异地件里，按时的占多少。",
    part=("in_time",),
    whole=("in_time", "late"),
)
declare_rate(
    Y, "done_share", "办成率", "收到的异地件里，办好的占多少。", part=("done",), whole=("received",),
    left_out="办好算在办好那个月，刚收到的还没来得及办",
)  # fmt: skip
declare_board(
    Board(
        procedure=Y,
        label="异地通办",
        came="received",
        cards=(RateCard("done_share", "件收到的"), RateCard("in_time_share", "次办好")),
        rates=("done_share", "in_time_share"),
        acts=("received_in", "received_out", "done_in", "done_out", "refused", "appealed"),
        permission="service_centre.view",
        order=73,
    )
)
declare_measure(
    "licence_reminders", "told", "临期提醒", "证照到期前发给企业的提醒，一张证一档算一次。", unit="次"
)
