"""Days and months of deputies' proposals as dated parameters, each with its source."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "代表建议"
RULES = "《浙江省…代表建议、批评和意见办理规定》(2016)"
LAW = "《代表法》第五十一条"


def _declared(
    name: str, label: str, value: int, source: str, unit: str = "日", *, is_sample: bool = False
) -> None:
    declare_parameter(name, label, value, source=source, unit=unit, group=GROUP, is_assumption=is_sample)


_declared("proposal.accept", "代表建议告知受理", 7, f"{RULES}第十条", is_sample=True)
_declared("proposal.return", "承办单位退回建议", 10, f"{RULES}第十四条", is_sample=True)
_declared("proposal.months", "答复代表建议", 3, LAW, "个月")
_declared("proposal.complex_months", "答复复杂的代表建议", 6, LAW, "个月")
_declared("proposal.co_months", "会办意见", 2, f"{RULES}第十八条", "个月", is_sample=True)
_declared("proposal.again_months", "不满意以后再答复", 1, f"{RULES}第二十四条", "个月", is_sample=True)
_declared("proposal.judge", "代表评价答复", 30, "区县约定，样例", is_sample=True)
