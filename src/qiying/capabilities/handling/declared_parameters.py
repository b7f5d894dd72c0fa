"""Limits of handling for enterprises, as dated parameters; the law has none but its duty to name everything at once."""

from qiying.kernel.cases.parameters import declare_parameter

OURS = "区县约定（样例）"
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
declare_parameter("agency.remind", "代办授权到期前几天提醒", [7, 1], source=OURS, unit="天", group=MATTERS)
declare_parameter("licence.remind", "证照到期前几天提醒", [60, 30, 7], source=OURS, unit="天", group=MATTERS)
