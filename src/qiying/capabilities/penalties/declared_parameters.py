"""Limits of 《行政处罚法》 and the district's amounts as dated parameters."""

from qiying.kernel.cases.parameters import declare_parameter

LAW = "《行政处罚法》"
MARKET = "《市场监督管理行政处罚信息公示规定》"
for _name, _label, _value, _article, _unit in (
    ("decide", "立案后作出决定", 90, "第六十条", "天"),
    ("goods", "先行登记保存后处理", 7, "第五十六条", "工作日"),
    ("hearing", "告知后要求听证", 5, "第六十四条", "工作日"),
    ("serve", "决定书送达", 7, "第六十一条", "工作日"),
    ("pay", "缴清罚款", 15, "第六十七条", "天"),
    ("withdraw", "变更、撤销后撤回公示", 3, "第四十八条", "工作日"),
):
    declare_parameter(
        f"penalty.{_name}", _label, _value, source=f"{LAW}{_article}", unit=_unit, group="行政处罚"
    )
for _name, _label, _value, _article in (
    ("seal", "查封、扣押最长", 30, "第二十五条"),
    ("seal_more", "查封、扣押延长最多", 30, "第二十五条"),
    ("report", "紧急情况当场采取的报告（24 小时）", 1, "第十九条"),
):
    declare_parameter(
        f"penalty.{_name}", _label, _value, source=f"《行政强制法》{_article}", unit="天", group="行政处罚"
    )
declare_parameter(
    "penalty.publish", "决定后公示", 20, source=f"{MARKET}第九条", unit="工作日", group="行政处罚"
)
for _name, _label, _value in (
    ("large", "罚款多少元起可以要求听证", 100000),
    ("small", "罚款多少元以下算数额较小（轻微失信）", 5000),
):
    declare_parameter(
        f"penalty.{_name}",
        _label,
        _value,
        source="区县约定（样例）",
        unit="元",
        group="行政处罚",
        is_assumption=True,
    )
