"""Days and numbers of deliberations as dated parameters, each with its source."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "人大审议"
RULES = "《浙江省各级人民代表大会常务委员会监督条例》(2008)"
LAW = "《监督法》(2024)第五十一条"
declare_parameter("deliberations.hand_over_days", "通过以后交办审议意见", 7, source=f"{RULES}第四十三条，样例",
                  unit="日", group=GROUP, is_assumption=True)  # fmt: skip
declare_parameter("deliberations.report_months", "报告审议意见办理情况", 3, source=f"{RULES}第四十四条，样例",
                  unit="个月", group=GROUP, is_assumption=True)  # fmt: skip
declare_parameter(
    "deliberations.movers", "联名提质询案的组成人员（县级）", 3, source=LAW, unit="人", group=GROUP
)
