"""How long a perk may wait, when a firm is asked to be examined again; samples the district may change."""

from qiying.kernel.cases.parameters import declare_parameter

LOCAL = "样例：区县自己的规矩，没有全国统一的数"
for _name, _label, _default, _unit in (
    ("honours.perk_workdays", "优享名额给出后几个工作日内兑现", 20, "个工作日"),
    ("honours.star_remind_days", "星级到期前几天请企业复评", 60, "天"),
):
    declare_parameter(
        _name, _label, _default, source=LOCAL, unit=_unit, group="优享和清廉", is_assumption=True
    )
