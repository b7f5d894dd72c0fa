"""Days and switches of the legal environment as dated parameters; what no text gives is a sample of the district."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "法治环境"
LOCAL = "区县约定，样例"
_DAYS = {
    "complaint.accept": ("执法堵点受理", 5),
    "complaint.explain": ("被反映单位说明", 10),
    "complaint.decide": ("执法堵点给结论", 20),
    "complaint.correct": ("改正执法问题", 20),
    "complaint.check": ("核对改正", 5),
    "ip.part": ("知识产权各方办理", 15),
    "ip.conclude": ("知识产权汇总答复", 20),
    "fair.opinion": ("市场监管局公平竞争审查意见", 10),
}
for _name, (_label, _days) in _DAYS.items():
    declare_parameter(_name, _label, _days, source=LOCAL, unit="工作日", group=GROUP, is_assumption=True)
declare_parameter(
    "fair.required", "惠企政策没有通过公平竞争审查就不能发布（1 是，0 否）", 0,
    source="《公平竞争审查条例》第十八条；区县决定从哪天起由系统拦住", unit="", group=GROUP,
)  # fmt: skip
declare_parameter(
    "bidding.small_from", "小额工程的下限", 500_000, source="小额工程管理办法，样例", unit="元", group=GROUP,
    is_assumption=True,
)  # fmt: skip
