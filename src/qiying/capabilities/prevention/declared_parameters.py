"""Days of guidance as dated parameters: the district's own promise."""

from qiying.kernel.cases.parameters import declare_parameter

OWN = "区县服务承诺（样例）"
for _name, _label, _value, _unit in (
    ("guidance.guide", "合规指导出建议", 10, "工作日"),
    ("guidance.recheck", "出建议后回头看（没写日子的）", 90, "天"),
):
    declare_parameter(_name, _label, _value, source=OWN, unit=_unit, group="合规指导", is_assumption=True)
