"""When enough is known for a score, and how long a correction may take; samples of the district."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP, LOCAL = "创新积分", "区县约定（样例）"
declare_parameter(
    "innovation.least_known",
    "18 项里知道几项才测算",
    5,
    source=LOCAL,
    unit="项",
    group=GROUP,
    is_assumption=True,
)
declare_parameter(
    "innovation.decide", "更正的决定", 5, source=LOCAL, unit="工作日", group=GROUP, is_assumption=True
)
