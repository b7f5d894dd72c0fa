"""The application's rules as dated parameters; a district overrides them with validity and source."""

from qiying.kernel.cases.parameters import declare_parameter

PROMISE = "区县服务承诺"
TIME, BATCH = "政策兑现时限", "免申即享"
declare_parameter("policy.accept", "受理申请", 2, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.review", "会审", 5, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.co", "联审部门的意见", 3, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.material", "企业补材料", 10, source=PROMISE, unit="工作日", group=TIME)
declare_parameter(
    "policy.publicity", "公示（政策没写的）", 5, source="政策自己写明公示几天", unit="工作日", group=TIME
)
declare_parameter("policy.objection", "处理异议", 5, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.approve", "核定", 2, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.pay", "核定后支付", 5, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.deliver", "核定后兑现服务", 10, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("policy.appeal", "答复复核申请", 10, source=PROMISE, unit="工作日", group=TIME)
declare_parameter(
    "policy.appeal_days",
    "收到决定后几天内可申请复核",
    60,
    source="比照《行政复议法》第二十条",
    unit="天",
    group=TIME,
)
declare_parameter("policy.sample_percent", "每批抽查几成", 10, source=PROMISE, unit="%", group=BATCH)
declare_parameter("policy.sample_least", "每批至少抽几家", 5, source=PROMISE, unit="家", group=BATCH)

PUSH = "政策推送"
declare_parameter("policy.near_share", "差几成以内算差一点", 20, source=PROMISE, unit="%", group=PUSH)
declare_parameter("policy.push_at_once", "一条消息最多说几项政策", 3, source=PROMISE, unit="项", group=PUSH)
declare_parameter("policy.push_a_week", "一家企业一周最多几条", 2, source=PROMISE, unit="条", group=PUSH)
declare_parameter("policy.push_from", "工作日几点起推送", 9, source=PROMISE, unit="点", group=PUSH)
declare_parameter("policy.push_to", "工作日推送到几点", 17, source=PROMISE, unit="点", group=PUSH)
