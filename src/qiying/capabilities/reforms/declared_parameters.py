"""How many jurors are enough, and what their word weighs; samples the district may change."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "微改革"
LOCAL = "样例：区县自己的评选规矩，没有全国统一的数"

declare_parameter(
    "reform.jurors", "几位评委评了才排名", 3, source=LOCAL, unit="位", group=GROUP, is_assumption=True
)
declare_parameter(
    "reform.jury_share",
    "总分里评委占多少，其余是企业的",
    60,
    source=LOCAL,
    unit="%",
    group=GROUP,
    is_assumption=True,
)
