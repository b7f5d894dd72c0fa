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
declare_parameter("hall.book_ahead", "最多提前几天约窗口", 5, source=OURS, unit="工作日", group=GROUP)
declare_parameter("hall.book_per_day", "一家企业一天约几次窗口", 1, source=OURS, unit="次", group=GROUP)
declare_parameter("hall.book_cancel", "取消预约最晚提前", 2, source=OURS, unit="小时", group=GROUP)
