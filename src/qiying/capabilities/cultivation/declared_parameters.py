"""How near is nearly, when a title's end is told, how long a perk may wait, how many points make a star."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "梯度培育"
LOCAL = "样例：区县自己的规矩，没有全国统一的数"

for _name, _label, _default, _unit in (
    ("cultivation.near_share", "差多少算“差一点”", 20, "%"),
    ("cultivation.perk_workdays", "优享名额给出后几个工作日内兑现", 20, "个工作日"),
    ("cultivation.star_remind_days", "星级到期前几天请企业复评", 60, "天"),
):
    declare_parameter(_name, _label, _default, source=LOCAL, unit=_unit, group=GROUP, is_assumption=True)
