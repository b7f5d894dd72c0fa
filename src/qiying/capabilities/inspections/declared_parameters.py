"""Days and numbers of inspections and penalties as dated parameters."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "涉企检查"
OPINION = "国办发〔2024〕54号"
declare_parameter(
    "inspections.cap", "同一单位对同一企业一年最多检查", 2, source="嘉善等地的公布数（样例）", unit="次", group=GROUP,
    is_assumption=True,
)  # fmt: skip
declare_parameter(
    "inspections.reasonable", "个案检查一年超过几次要说明", 4, source="区县约定（样例）", unit="次", group=GROUP,
    is_assumption=True,
)  # fmt: skip
declare_parameter(
    "inspections.repeat", "多少天内又查同一事项算重复", 30, source="区县约定（样例）", unit="天", group=GROUP,
    is_assumption=True,
)  # fmt: skip
declare_parameter(
    "inspections.fill",
    "网络故障后补录",
    10,
    source="深圳市扫码入企规定（2025，样例）",
    unit="天",
    group=GROUP,
)
declare_parameter(
    "inspections.result", "检查后告知结果", 5, source="区县服务承诺（样例）", unit="工作日", group=GROUP,
    is_assumption=True,
)  # fmt: skip
