"""Limits of queueing and booking, as dated parameters; there is no national standard for queue numbers."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "服务大厅"
OURS = "区县约定（样例）"
declare_parameter("hall.near", "前面还有几个时提醒", 3, source=OURS, unit="个", group=GROUP)
declare_parameter("hall.wait_minutes", "等候不超过", 15, source=OURS, unit="分钟", group=GROUP)
declare_parameter("hall.back_after", "过号回来，隔几个再叫", 3, source=OURS, unit="个", group=GROUP)
declare_parameter(
    "hall.missed_most", "30 天内取号没来几次，就只能在导办台取", 3, source=OURS, unit="次", group=GROUP
)

# --- beyond the hall -----------------------------------------------------------------------------
MATTERS = "企服中心的事"
for _name, _label, _days in (
    ("matter.take", "没有窗口收的事，接下", 1),
    ("matter.owner", "没有窗口收的事，定下谁来办", 3),
    ("matter.solve", "没有窗口收的事，办出结果", 10),
    ("matter.material", "补材料", 10),
    ("matter.appeal", "复核答复", 10),
    ("agency.take", "代办，核对授权", 1),
    ("agency.handle", "代办，办好", 10),
    ("remote.take", "异地通办，接下", 1),
    ("remote.handle", "异地通办，办好", 5),
):
    declare_parameter(_name, _label, _days, source=OURS, unit="工作日", group=MATTERS)
declare_parameter(
    "matter.appeal_within", "办结后多久内可以申请复核", 60, source=OURS, unit="天", group=MATTERS
)
declare_parameter("agency.longest", "一次授权最长", 365, source=OURS, unit="天", group=MATTERS)
declare_parameter("licence.remind", "证照到期前几天提醒", [60, 30, 7], source=OURS, unit="天", group=MATTERS)
declare_parameter("hall.book_ahead", "最多提前几天约窗口", 5, source=OURS, unit="工作日", group=GROUP)
declare_parameter("hall.book_per_day", "一家企业一天约几次窗口", 1, source=OURS, unit="次", group=GROUP)
declare_parameter("hall.book_cancel", "取消预约最晚提前", 2, source=OURS, unit="小时", group=GROUP)
