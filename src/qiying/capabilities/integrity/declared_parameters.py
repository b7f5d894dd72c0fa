"""The rules' days as dated parameters; a district overrides them with validity and source."""

from qiying.kernel.cases.parameters import declare_parameter

RULES = "《纪检监察机关处理检举控告工作规则》"
GROUP = "廉洁举报"
declare_parameter("integrity.accept", "告知受理情况", 15, source=RULES, unit="工作日", group=GROUP)
declare_parameter("integrity.check", "核查", 60, source="区县承诺（样例）", unit="工作日", group=GROUP)

LOCAL = "区县定的数，样例：没有全国统一的规定"
declare_parameter(
    "integrity.breach",
    "反映违反清单，几天答复",
    10,
    source=LOCAL,
    unit="工作日",
    group=GROUP,
    is_assumption=True,
)
