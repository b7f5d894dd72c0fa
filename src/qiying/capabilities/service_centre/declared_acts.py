"""Acts of the service centre, as the audit page names them."""

from collections.abc import Collection

from qiying.capabilities.service_centre.models import Window
from qiying.kernel.audit.acts import declare_act, declare_rows, declare_subjects

declare_subjects(hall="服务大厅")


def _windows(ids: Collection[int]) -> dict[int, str]:
    return {w.pk: f"{w.number} 号 {w.name}".strip() for w in Window.objects.filter(pk__in=ids)}


declare_rows(window=_windows, to_window=_windows)
declare_act("hall_save", "改了大厅", name="名称", hours="上班时间", off_hours="错时服务时间")
declare_act("zone_save", "改了专区", name="名称", letter="字母")
declare_act("zone_offer", "开放了预约", name="名称", hours="时间")
declare_act("window_save", "改了窗口", number="窗口号", name="名称", unit="单位", items="几项")
declare_act("window_open", "开窗", number="窗口号", reason="原因")
declare_act("window_close", "收窗", number="窗口号", reason="原因")
declare_act("window_pause", "暂停或恢复叫号", number="窗口号", reason="原因")
declare_act("duty_save", "排了值班", person="谁", window="窗口", weekdays="星期几", shift="班次")
declare_act("duty_end", "值班结束", on="最后一天", reason="原因")
declare_act("chief_save", "定了首席服务员", person="谁", field="管什么")
declare_act("chief_end", "首席服务员结束", on="最后一天", reason="原因")
declare_act("ticket_take", "取了号", number="号码", zone="专区", way="怎么取的", reason="优先理由")
_STEP = {"number": "号码", "window": "窗口", "calls": "第几次", "result": "结果"}
declare_act("ticket_call", "叫号", **_STEP)
declare_act("ticket_start", "开始办", **_STEP)
declare_act("ticket_finish", "办完了", **_STEP)
declare_act("ticket_pass", "过号", **_STEP)
declare_act("ticket_miss", "没来", **_STEP)
declare_act("ticket_hand", "转窗口", **_STEP, zone="到哪个专区", to_window="到哪个窗口")
declare_act("ticket_back", "过号的重新排上", number="号码", after="隔几个")
declare_act("ticket_priority", "给了优先", number="号码", reason="理由")
declare_act("ticket_leave", "不办了", number="号码")
