"""Days and shares of the district, and the reading of a text that leaves two."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP, LOCAL = "风险共担", "区县约定（样例）"
for _name, _label, _value, _unit in (
    ("confirm", "银行确认共担", 3, "工作日"),
    ("record", "备案", 3, "工作日"),
    ("pay", "银行申请到代偿", 30, "工作日"),
    ("value", "质押评估", 10, "工作日"),
    ("release", "注销质押", 3, "工作日"),
    ("ip_most", "质押贷款最多占评估价", 60, "%"),
):
    declare_parameter(
        f"risk.{_name}", _label, _value, source=LOCAL, unit=_unit, group=GROUP, is_assumption=True
    )
declare_parameter(
    "risk.register",
    "质押登记",
    5,
    source="《专利权质押登记办法》，网上办的 2 个工作日",
    unit="工作日",
    group=GROUP,
)
declare_parameter(
    "risk.little_base", "单户 500 万元以下不低于 50% 的分母：all 全部，small 支小支农", "all",
    source="财金〔2025〕11号没有写清，先按全部算", group=GROUP, is_assumption=True,
)  # fmt: skip
