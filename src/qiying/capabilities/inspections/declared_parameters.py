"""Days and numbers of inspections as dated parameters; what no national text fixes is a sample."""

from qiying.kernel.cases.parameters import declare_parameter

OWN = "区县约定（样例）"
for _name, _label, _value, _unit, _source in (
    ("inspections.cap", "同一单位对同一企业一年最多检查", 2, "次", "嘉善等地的公布数（样例）"),
    ("inspections.reasonable", "个案检查一年超过几次要说明", 4, "次", OWN),
    ("inspections.repeat", "多少天内又查同一事项算重复", 30, "天", OWN),
    ("inspections.result", "检查后告知结果", 5, "工作日", OWN),
):
    declare_parameter(_name, _label, _value, source=_source, unit=_unit, group="涉企检查", is_assumption=True)
declare_parameter(
    "inspections.fill",
    "网络故障后补录",
    10,
    source="深圳市扫码入企规定（2025，样例）",
    unit="天",
    group="涉企检查",
)
