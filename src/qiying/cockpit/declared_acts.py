"""Acts on the numbers that belong to no case, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_act("numbers_export", "导出了数字", query="条件")
declare_act("report_scheduled", "订了定期报告", name="名称", recipients="收件人")
declare_act("report_paused", "停了定期报告", name="名称")
declare_act("report_resumed", "恢复了定期报告", name="名称")
declare_act("report_unscheduled", "删了定期报告", name="名称")
declare_subjects(report="定期报告")
