"""Days of ratings as dated parameters; a district overrides them with validity and source."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "好差评"
declare_parameter(
    "rating.contact",
    "联系差评人",
    1,
    source="《上海市优化营商环境条例》第三十条（样例）",
    unit="工作日",
    group=GROUP,
)
declare_parameter("rating.verify", "核实差评", 3, source="区县承诺（样例）", unit="工作日", group=GROUP)
declare_parameter(
    "rating.rectify",
    "整改，马上能改的",
    5,
    source="德州市政务服务“好差评”办法（样例）",
    unit="工作日",
    group=GROUP,
)
declare_parameter(
    "rating.rectify_hard",
    "整改，复杂的",
    15,
    source="四川省政务服务“好差评”办法（样例）",
    unit="工作日",
    group=GROUP,
)
declare_parameter(
    "rating.open_days", "办完后几天内可以评", 30, source="区县承诺（样例）", unit="天", group=GROUP
)
