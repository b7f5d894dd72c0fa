"""The board's own settings as dated parameters."""

from qiying.kernel.cases.parameters import declare_parameter

declare_parameter(
    "cockpit.target_on_time",
    "按时答复的目标",
    95,
    source="区县自定",
    unit="%",
    is_assumption=True,
    group="数字",
)
declare_parameter(
    "cockpit.public", "对外公开数字", 1, source="区县自定，0 是不公开", is_assumption=True, group="数字"
)
declare_parameter(
    "cockpit.least_group",
    "公开页少于几件不显示",
    5,
    source="少于 5 件可能认出是谁",
    unit="件",
    is_assumption=True,
    group="数字",
)
