"""Days of financing as dated parameters; no text gives them, so they are samples of the district."""

from qiying.kernel.cases.parameters import declare_parameter

_DAYS = {
    "financing.answer": ("机构答复融资申请", 5, "工作日"),
    "financing.whole": ("融资申请谈成或者说明白", 15, "工作日"),
    "financing.silent_answer": ("企业答复无感授信，过了就作罢", 60, "天"),
}
for _name, (_label, _days, _unit) in _DAYS.items():
    _about = {"source": "区县约定，样例", "unit": _unit, "group": "融资"}
    declare_parameter(_name, _label, _days, **_about, is_assumption=True)
