"""Acts on what is watched and on the personnel body's rows, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(
    integrity_station="监测站",
    integrity_tolerance="组织人事台账",
    integrity_sanction="组织人事台账",
    integrity_stepdown="组织人事台账",
)
for _code, _label in {
    "station_keep": "登记监测站",
    "watcher_keep": "登记监督员",
    "plan_keep": "登记专项监督",
    "clue": "发现线索",
    "clue_take": "开始核查线索",
    "clue_conclude": "写核查结果",
    "clue_decide": "审核核查结果",
    "personnel": "写组织人事台账",
}.items():
    declare_act(f"integrity.{_code}", _label)
