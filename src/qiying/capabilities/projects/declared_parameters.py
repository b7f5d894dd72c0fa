"""Limits of the law, the eight offices and the days of the district; what no national text gives is a sample."""

from qiying.capabilities.projects.rules.kinds import APPROVALS, LOCAL, OFFICES
from qiying.kernel.cases.parameters import declare_parameter
from qiying.kernel.organisations.functions import declare_function

GROUP = "项目推进"
WORDS = {"day": "天", "workday": "工作日"}
for _code, _kind in APPROVALS.items():
    declare_parameter(
        f"project.{_code}", f"{_kind.label}期限", _kind.days, source=_kind.source, unit=WORDS[_kind.unit], group=GROUP,
        is_assumption=_kind.sample,
    )  # fmt: skip
for _code, _office in OFFICES.items():
    declare_function(f"project_{_code}", f"项目推进：{_office.label}")
    declare_parameter(
        f"project.office.{_code}", f"{_office.label}办完它那一段", _office.days, source=LOCAL, unit="工作日",
        group=GROUP, is_assumption=True,
    )  # fmt: skip
for _name, _label, _value, _unit, _source in (
    ("evaluate", "委托评估最多", 30, "工作日", "国务院令第673号第九条、第十条"),
    ("begin_licence", "领施工许可后开工", 90, "天", "《建筑法》第九条：三个月，按月算到日"),
    ("begin_filing", "核准后开工", 730, "天", "国务院令第673号第十二条：两年，按月算到日"),
    ("begin_eia", "环评批准后开工", 1826, "天", "《环境影响评价法》第二十四条：五年，按月算到日"),
    ("filing", "竣工验收备案", 15, "天", "《建设工程质量管理条例》第四十九条"),
    ("papers", "报送竣工资料", 183, "天", "《城乡规划法》第四十五条：六个月，按月算到日"),
):
    declare_parameter(f"project.{_name}", _label, _value, source=_source, unit=_unit, group=GROUP)
for _name, _label, _value, _unit, _source in (
    ("target", "签约到施工许可的目标", 64, "天", "“八办”推进机制：224 天提速至 64 天（样例）"),
    ("baseline", "“八办”以前的天数", 224, "天", "“八办”推进机制：224 天提速至 64 天（样例）"),
    ("large", "多少万元起算大项目", 10000, "万元", "总投资 1 亿元以上（样例）"),
    ("green_percent", "绿色通道按法定期限的百分之几承诺", 50, "%", LOCAL),
    ("step", "计划没定的下一步", 30, "天", LOCAL),
    ("part", "八办没有定天数的一段", 15, "工作日", LOCAL),
    ("look_start", "开工后几天里到现场", 5, "工作日", LOCAL),
    ("look_building", "建设中隔几天到现场", 20, "工作日", LOCAL),
    ("look_production", "投产后几天里到现场", 5, "工作日", LOCAL),
):
    declare_parameter(
        f"project.{_name}", _label, _value, source=_source, unit=_unit, group=GROUP, is_assumption=True
    )
