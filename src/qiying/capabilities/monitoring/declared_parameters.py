"""What a clue needs and the personnel body's days, as dated parameters; all are samples that a district overrides."""

from qiying.capabilities.monitoring.rules.clues import rules
from qiying.kernel.cases.parameters import declare_parameter

LOCAL = "区县定的数，样例：没有全国统一的规定"
WATCH = "纪检线索"
declare_parameter(
    "integrity.clue_least",
    "满多少条才比",
    10,
    source=LOCAL,
    unit="条",
    group=WATCH,
    is_assumption=True,
)
for _rule in rules().values():
    declare_parameter(
        f"integrity.clue_{_rule.code}",
        f"看不看“{_rule.title}”（1 看，0 不看）",
        1,
        source=LOCAL,
        group=WATCH,
        is_assumption=True,
    )
PERSONNEL = "组织人事"
declare_parameter(
    "integrity.visit_months",
    "处分期里几个月回访一次",
    6,
    source=LOCAL,
    unit="个月",
    group=PERSONNEL,
    is_assumption=True,
)
declare_parameter(
    "integrity.objection",
    "告知以后几天内可以申辩",
    5,
    source=LOCAL,
    unit="工作日",
    group=PERSONNEL,
    is_assumption=True,
)
