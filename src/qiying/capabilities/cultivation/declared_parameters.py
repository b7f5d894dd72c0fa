"""How near is nearly: a sample the district may change."""

from qiying.kernel.cases.parameters import declare_parameter

declare_parameter(
    "cultivation.near_share",
    "差多少算“差一点”",
    20,
    source="样例：区县自己的规矩，没有全国统一的数",
    unit="%",
    group="梯度培育",
    is_assumption=True,
)
