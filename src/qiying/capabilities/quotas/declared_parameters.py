"""How long quota is held for a project that does not use it."""

from qiying.kernel.cases.parameters import declare_parameter

declare_parameter(
    "quota.held_days", "预留的指标最多留几天", 180, source="样例：区县自己定的，没有全国统一的数", unit="天",
    group="环境指标", is_assumption=True,
)  # fmt: skip
