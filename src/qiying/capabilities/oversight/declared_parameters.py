"""Days of supervised matters as dated parameters, each with its source."""

from qiying.kernel.cases.parameters import declare_parameter

for _name, _label, _days in (
    ("oversight.result", "监督事项给结果（清单没写时）", 20),
    ("oversight.decide", "对强制措施的异议作决定", 10),
):
    declare_parameter(
        _name, _label, _days, source="区县约定，样例", unit="工作日", group="人大监督", is_assumption=True
    )
