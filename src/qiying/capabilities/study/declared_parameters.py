"""Pass mark, hours a year and days of law-duty reports, dated; samples the district replaces by its own."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "学法和培训"
LOCAL = "样例：区县自己的规定，没有全国统一的数"
for _name, _label, _value, _unit in (
    ("study.pass_mark", "学法考试合格线", 60, "分"),
    ("study.hours", "服务干部一年培训多少学时", 40, "学时"),
    ("study.hour_minutes", "一个学时几分钟", 45, "分钟"),
    ("law_report.due", "年度述法写多少天（布置时另定日子的从其规定）", 30, "天"),
    ("law_report.review", "述法报告审核", 10, "工作日"),
    ("law_report.again", "退改以后再交", 5, "工作日"),
):
    declare_parameter(_name, _label, _value, source=LOCAL, unit=_unit, group=GROUP, is_assumption=True)
