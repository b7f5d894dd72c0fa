"""Acts on the rules' dated data, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_act(
    "parameter_set",
    "加了参数的一行",
    name="参数",
    value="新值",
    valid_from="从哪天起",
    source="依据",
    before="原来",
)
declare_act("calendar_year_loaded", "导入了放假安排", year="年份", notice="通知", version="日历版本")
declare_act(
    "calendar_override_set",
    "登记了停工或加班的日子",
    on="哪天",
    is_workday="上班",
    reason="原因",
    source="依据",
)
declare_act("calendar_override_removed", "去掉了停工或加班的日子", on="哪天", reason="原来的原因")
declare_act("countersign_set", "改了答复审签", before="原来", after="现在")
declare_subjects(case="办件", intake="来件", calendar="工作日历", parameter="参数", batch="批次")
