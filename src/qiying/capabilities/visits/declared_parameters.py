"""Limits of visits and of what follows from them, as dated parameters."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "走访"
OURS = "区县约定（样例），国务院令第722号第四十八条：不干扰企业"
declare_parameter(
    "visit.cap", "一家企业一个季度最多走访几次（各单位合计）", 2, source=OURS, unit="次", group=GROUP
)
declare_parameter("visit.merge_days", "前后几天内的走访并成一次", 30, source=OURS, unit="天", group=GROUP)
declare_parameter(
    "visit.difficulty_count",
    "几家企业说同一个难处就呈报政府",
    5,
    source="区县约定（样例）",
    unit="家",
    group=GROUP,
)
declare_parameter(
    "visit.difficulty_days", "在多少天里说的算在一起", 180, source="区县约定（样例）", unit="天", group=GROUP
)
declare_parameter(
    "visit.submission_reply", "政府答复呈报", 15, source="区县约定（样例）", unit="工作日", group=GROUP
)
declare_parameter(
    "resident.opinion_days",
    "服务员任期结束后收企业意见",
    30,
    source="区县约定（样例）",
    unit="天",
    group=GROUP,
)
