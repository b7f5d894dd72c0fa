"""Days of a repair as dated parameters: the law's, and what the district promises."""

from qiying.capabilities.credit_repair.rules.law import NEW
from qiying.kernel.cases.parameters import declare_parameter

GROUP = "信用修复"
PROMISE = "区县服务承诺"
declare_parameter("credit.promise", "一日办结，从材料齐全算起", 1, source=PROMISE, unit="工作日", group=GROUP)
declare_parameter("credit.accept", "受理", NEW.accept_days, source=NEW.title, unit="工作日", group=GROUP)
declare_parameter(
    "credit.result", "受理后给结果", NEW.result_days, source=NEW.title, unit="工作日", group=GROUP
)
declare_parameter(
    "credit.more", "情况复杂可以延长", NEW.more_days, source=NEW.title, unit="工作日", group=GROUP
)
declare_parameter("credit.feedback", "“信用中国”反馈结果", 10, source=NEW.title, unit="工作日", group=GROUP)
declare_parameter("credit.stop", "各处撤下公示", 3, source=PROMISE, unit="工作日", group=GROUP)
declare_parameter(
    "credit.material", "企业补材料", 15, source=PROMISE, unit="工作日", group=GROUP, is_assumption=True
)
declare_parameter(
    "credit.appeal", "答复复核", 5, source=PROMISE, unit="工作日", group=GROUP, is_assumption=True
)
declare_parameter(
    "credit.appeal_days",
    "不同意以后多少天内可以申请复核",
    60,
    source=PROMISE,
    unit="天",
    group=GROUP,
    is_assumption=True,
)
