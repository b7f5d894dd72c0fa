"""The service request's rules as dated parameters; a district overrides them with validity and source."""

from qiying.kernel.cases.parameters import declare_parameter

HAIYAN = "海盐：简易当场、一般 3、复杂 5、解释 3 个工作日（浙江日报 2023-04-17）"
KEQIAO = "柯桥：3 个工作日内下发处理工作函（2024-09-10）"
PROMISE = "区县服务承诺"
ASSUMED = "按字面推测，由区县确认"

TIME, CARDS, CLOSING, METHOD = "时限", "督办", "办结", "工作法"
declare_parameter("limit.accept", "受理", 1, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("limit.take", "签收或退回", 1, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("limit.letter", "发交办函", 3, source=KEQIAO, unit="工作日", group=TIME)
declare_parameter("limit.simple", "简易事项办理", 0, source=HAIYAN, unit="工作日", group=TIME)
declare_parameter("limit.general", "一般事项办理", 3, source=HAIYAN, unit="工作日", group=TIME)
declare_parameter("limit.complex", "复杂事项办理", 5, source=HAIYAN, unit="工作日", group=TIME)
declare_parameter("limit.co", "协办意见", 2, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("limit.explain", "办不了的解释", 3, source=HAIYAN, unit="工作日", group=TIME)
declare_parameter("limit.material", "企业补材料", 10, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("limit.city", "市级平台办理", 10, source=PROMISE, unit="工作日", group=TIME)
declare_parameter(
    "limit.arrears", "拖欠账款处理", 30, source="国务院令第802号第二十五条", unit="日", group=TIME
)
declare_parameter(
    "limit.arrears_handover",
    "拖欠账款转交",
    10,
    source="国务院令第802号第二十五条",
    unit="工作日",
    group=TIME,
)
declare_parameter("return.workdays", "退回要在几个工作日内", 1, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("extension.max_workdays", "一次最多延期", 5, source=PROMISE, unit="工作日", group=TIME)
declare_parameter("extension.times", "最多延期几次", 1, source=PROMISE, unit="次", group=TIME)
declare_parameter(
    "clock.rungs",
    "提醒和黄红牌",
    [
        {"name": "reminder", "kind": "reminder", "percent": 50},
        {"name": "yellow", "kind": "yellow", "percent": 80},
        {"name": "red", "kind": "red", "after_workdays": 1},
    ],
    source=PROMISE,
    group=CARDS,
)
declare_parameter(
    "urging.most",
    "超期后最多催几周，0 是一直催到答复",
    0,
    source="柯桥：每周电话提醒",
    unit="次",
    group=CARDS,
)
declare_parameter("contact.attempts", "未确认办结前要联系几次", 3, source=PROMISE, unit="次", group=CLOSING)
declare_parameter(
    "contact.within_workdays", "这几次在多少个工作日内", 10, source=PROMISE, unit="工作日", group=CLOSING
)
declare_parameter("reopen.days", "办结后多少天内可要求重办", 90, source=PROMISE, unit="天", group=CLOSING)
declare_parameter("follow_up.days", "办结多少天后回访", 30, source=PROMISE, unit="天", group=CLOSING)
declare_parameter("follow_up.percent", "回访抽查比例", 30, source=PROMISE, unit="%", group=CLOSING)
declare_parameter(
    "review.long_workdays", "办了多少个工作日以上要复盘", 15, source=PROMISE, unit="工作日", group=CLOSING
)
declare_parameter("hot.count", "同类几件算热点", 5, source=PROMISE, unit="件", group=CLOSING)
declare_parameter("hot.days", "在多少天内", 30, source=PROMISE, unit="天", group=CLOSING)
declare_parameter(
    "method.135",
    "“135”",
    {"1": "1 个工作日响应交办", "3": "3 个工作日办结或阶段答复", "5": "5 个工作日协调解决复杂问题"},
    source="洞头 2024-05-28 报告只有名称，" + ASSUMED,
    is_assumption=True,
    group=METHOD,
)
declare_parameter(
    "method.ten_hundred_thousand",
    "“十百千”",
    {"ten": ["十佳案例", 10], "hundred": ["难题解决", 100], "thousand": ["走访企业", 1000]},
    source="洞头 2024-05-28 报告只说十佳案例，" + ASSUMED,
    is_assumption=True,
    group=METHOD,
)
