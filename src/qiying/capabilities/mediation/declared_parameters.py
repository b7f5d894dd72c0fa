"""Days of mediation as dated parameters, each with its source."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "调解"
LOCAL = "区县约定，样例"
INVITED = "最高人民法院特邀调解规定第二十七条"
ONLINE = "人民法院在线调解规则（2021）"
DAYS = (
    ("consent", "双方说同不同意调解", 5, LOCAL, "工作日"),
    ("choose", "双方选调解员", 2, ONLINE, "工作日"),
    ("appoint", "指定调解员", 3, ONLINE, "工作日"),
    ("declare", "调解员确认、声明利害关系", 3, ONLINE, "工作日"),
    ("term", "调解期限（企业申请、立案前委派）", 30, INVITED, "日"),
    ("entrusted", "调解期限（立案后委托，普通程序）", 15, INVITED, "日"),
    ("entrusted_summary", "调解期限（立案后委托，简易程序）", 7, INVITED, "日"),
    ("confirm", "共同申请司法确认", 30, "《民事诉讼法》第二百零五条", "日"),
    ("court_take", "法院受理司法确认", 3, "法释〔2011〕5号第四条", "日"),
    ("court_rule", "法院作出裁定", 15, "法释〔2011〕5号第五条", "日"),
    ("perform", "履行协议（协议没写的）", 30, LOCAL, "日"),
    ("archive", "归档", 10, LOCAL, "工作日"),
)
for _name, _label, _days, _source, _unit in DAYS:
    declare_parameter(
        f"mediation.{_name}",
        _label,
        _days,
        source=_source,
        unit=_unit,
        group=GROUP,
        is_assumption=_source == LOCAL,
    )
