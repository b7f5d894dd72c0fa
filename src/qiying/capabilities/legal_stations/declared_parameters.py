"""How soon a lawyer answers, as a dated parameter."""

from qiying.kernel.cases.parameters import declare_parameter

declare_parameter(
    "legal_stations.advise", "值班律师答复", 3, source="区县约定，样例", unit="工作日", group="法律服务进室站",
    is_assumption=True,
)  # fmt: skip
